package io.muster.registry.client;

import static io.muster.registry.Rows.await;
import static io.muster.registry.client.ClientDesk.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.registry.Rows;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientRegistration;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two registries that share nothing but the database. */
class ConcurrentClientsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CALLS = 200;

  private final String user = UUID.randomUUID().toString().substring(0, 30);
  private Database other;
  private List<PostgresClients> registries;

  @BeforeEach
  void open() {
    other = postgres.open(postgres.vertx(), InstantSource.system());
    await(other.whenReady());
    registries = List.of(registry(postgres.database()), registry(other));
  }

  @AfterEach
  void close() {
    await(other.close());
  }

  @Test
  void register_sameClientsFromBothAtOnce_areOneRowEach() {
    var ids = IntStream.range(0, 5).mapToObj(each -> ClientDesk.newId()).toList();

    var calls = new ArrayList<Future<Void>>();
    for (int call = 0; call < CALLS; call++) {
      calls.add(
          registry(call)
              .register(
                  new ClientRegistration(
                      user, ids.get(call % ids.size()), "online", NONE, "host-" + call)));
      calls.add(
          registry(call + 1)
              .announce(
                  new ClientRegistration(
                      user, ids.get((call + 1) % ids.size()), "online", NONE, "host")));
    }
    await(Future.all(calls));

    assertThat(count("SELECT count(*) FROM client WHERE user_id = $1", user)).isEqualTo(5);
  }

  @Test
  void register_twoUsersWantTheSameClient_oneGetsIt() {
    var id = ClientDesk.newId();
    var rival = UUID.randomUUID().toString().substring(0, 30);

    var calls = new ArrayList<Future<Boolean>>();
    for (int call = 0; call < CALLS; call++) {
      var owner = call % 2 == 0 ? user : rival;
      calls.add(
          registry(call / 2)
              .register(new ClientRegistration(owner, id, "online", NONE, owner))
              .transform(done -> Future.succeededFuture(done.succeeded())));
    }
    await(Future.all(calls));

    var owner =
        new Rows(postgres.database())
            .value("SELECT user_id FROM client WHERE client_id = $1", ClientId.toUuid(id))
            .orElseThrow();
    var winner = owner.equals(user) ? 0 : 1;
    for (int call = 0; call < CALLS; call++) {
      assertThat(calls.get(call).result()).as("call %d", call).isEqualTo(call % 2 == winner);
    }
  }

  @Test
  void edit_differentFieldsFromBothAtOnce_noneIsLost() {
    var id = ClientDesk.newId();
    await(
        registry(0)
            .register(new ClientRegistration(user, id, "online", Optional.of("os"), "host")));

    var calls = new ArrayList<Future<Void>>();
    for (int call = 0; call < CALLS; call++) {
      var name = Optional.of("name-" + call);
      var system = Optional.of("system-" + call);
      calls.add(registry(call).edit(new ClientEdit(user, id, NONE, name, NONE, NONE)));
      calls.add(registry(call + 1).edit(new ClientEdit(user, id, system, NONE, NONE, NONE)));
    }
    calls.add(
        registry(0).edit(new ClientEdit(user, id, NONE, NONE, Optional.of("maintenance"), NONE)));
    await(Future.all(calls));

    var row =
        new Rows(postgres.database())
            .run(
                "SELECT name, os_type, declared_status FROM client WHERE client_id = $1",
                ClientId.toUuid(id))
            .iterator()
            .next();
    assertThat(row.getString("name")).startsWith("name-");
    assertThat(row.getString("os_type")).startsWith("system-");
    assertThat(row.getString("declared_status")).isEqualTo("maintenance");
  }

  private PostgresClients registry(int call) {
    return registries.get(call % 2);
  }

  private static PostgresClients registry(Database database) {
    return new PostgresClients(database, HealthRule.FULL, InstantSource.system());
  }

  private static int count(String sql, String parameter) {
    return Integer.parseInt(new Rows(postgres.database()).value(sql, parameter).orElseThrow());
  }
}
