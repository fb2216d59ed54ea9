package io.muster.registry.client;

import static io.muster.registry.RegistryTables.await;
import static io.muster.registry.client.ClientFixture.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.registry.RegistryTables;
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
class ConcurrentRegistriesIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CALLS = 200;

  private final String user = UUID.randomUUID().toString().substring(0, 30);
  private Database otherDatabase;
  private List<PostgresClientStore> stores;

  @BeforeEach
  void open() {
    otherDatabase = postgres.open(postgres.vertx(), InstantSource.system());
    await(otherDatabase.whenReady());
    stores = List.of(createStore(postgres.database()), createStore(otherDatabase));
  }

  @AfterEach
  void close() {
    await(otherDatabase.close());
  }

  @Test
  void register_sameClientsConcurrently_storesOneRowEach() {
    var ids = IntStream.range(0, 5).mapToObj(index -> ClientFixture.newId()).toList();

    var calls = new ArrayList<Future<Void>>();
    for (int call = 0; call < CALLS; call++) {
      calls.add(
          storeFor(call)
              .register(
                  new ClientRegistration(
                      user, ids.get(call % ids.size()), "online", NONE, "host-" + call)));
      calls.add(
          storeFor(call + 1)
              .announce(
                  new ClientRegistration(
                      user, ids.get((call + 1) % ids.size()), "online", NONE, "host")));
    }
    await(Future.all(calls));

    assertThat(count("SELECT count(*) FROM client WHERE user_id = $1", user)).isEqualTo(5);
  }

  @Test
  void register_sameClientByTwoUsersConcurrently_oneBecomesOwner() {
    var id = ClientFixture.newId();
    var otherUser = UUID.randomUUID().toString().substring(0, 30);

    var calls = new ArrayList<Future<Boolean>>();
    for (int call = 0; call < CALLS; call++) {
      var owner = call % 2 == 0 ? user : otherUser;
      calls.add(
          storeFor(call / 2)
              .register(new ClientRegistration(owner, id, "online", NONE, owner))
              .transform(result -> Future.succeededFuture(result.succeeded())));
    }
    await(Future.all(calls));

    var owner =
        new RegistryTables(postgres.database())
            .queryValue("SELECT user_id FROM client WHERE client_id = $1", ClientId.toUuid(id))
            .orElseThrow();
    var ownerParity = owner.equals(user) ? 0 : 1;
    for (int call = 0; call < CALLS; call++) {
      assertThat(calls.get(call).result()).as("call %d", call).isEqualTo(call % 2 == ownerParity);
    }
  }

  @Test
  void edit_differentFieldsConcurrently_keepsAllChanges() {
    var id = ClientFixture.newId();
    await(
        storeFor(0)
            .register(new ClientRegistration(user, id, "online", Optional.of("os"), "host")));

    var calls = new ArrayList<Future<Void>>();
    for (int call = 0; call < CALLS; call++) {
      var name = Optional.of("name-" + call);
      var osType = Optional.of("system-" + call);
      calls.add(storeFor(call).edit(new ClientEdit(user, id, NONE, name, NONE, NONE)));
      calls.add(storeFor(call + 1).edit(new ClientEdit(user, id, osType, NONE, NONE, NONE)));
    }
    calls.add(
        storeFor(0).edit(new ClientEdit(user, id, NONE, NONE, Optional.of("maintenance"), NONE)));
    await(Future.all(calls));

    var row =
        new RegistryTables(postgres.database())
            .execute(
                "SELECT name, os_type, declared_status FROM client WHERE client_id = $1",
                ClientId.toUuid(id))
            .iterator()
            .next();
    assertThat(row.getString("name")).startsWith("name-");
    assertThat(row.getString("os_type")).startsWith("system-");
    assertThat(row.getString("declared_status")).isEqualTo("maintenance");
  }

  private PostgresClientStore storeFor(int call) {
    return stores.get(call % 2);
  }

  private static PostgresClientStore createStore(Database database) {
    return new PostgresClientStore(database, HealthFormula.FULL, InstantSource.system());
  }

  private static int count(String sql, String parameter) {
    return Integer.parseInt(
        new RegistryTables(postgres.database()).queryValue(sql, parameter).orElseThrow());
  }
}
