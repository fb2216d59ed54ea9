package io.muster.registry.client;

import static io.muster.registry.client.ClientFixture.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.registry.RegistryTables;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.LimitOffset;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of the pages that PostgreSQL reads for a statement, in a fleet of 10,000. */
class QueryPlanIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
  private static final String SELECT_CLIENT_ID =
      "SELECT client_id FROM client WHERE user_id = $1 LIMIT 1";

  private static RegistryTables tables;

  @BeforeAll
  static void insertFleet() {
    tables = new RegistryTables(postgres.database());
    LargeFleet.insertInto(tables);
  }

  @Test
  void list_unfiltered_readsFirstDeviceOfEachClientAndNoHistory() {
    assertListPlan(NONE, NONE);
  }

  @Test
  void list_filtered_readsNoMore() {
    assertListPlan(NONE, Optional.of("host"));
    assertListPlan(Optional.of("online"), Optional.of("7"));
    assertListPlan(Optional.of("offline"), NONE);
  }

  @Test
  void list_limitAndOffset_readsOnlySelectedDevices() {
    var limitOffset = new LimitOffset(Optional.of(10), 500);
    var plan = explain(new ClientQuery(LargeFleet.USER, NONE, NONE, NONE, NONE, limitOffset));

    // A scan of clients and states, and the pages of ten clients.
    assertThat(pagesRead(plan)).as(plan).isLessThan(1200);
  }

  @Test
  void detail_readsOneClient() {
    var client =
        ClientId.fromUuid(
            tables.execute(SELECT_CLIENT_ID, LargeFleet.USER).iterator().next().getUUID(0));
    var detail =
        load("client-detail.sql")
            .bind("user_id", LargeFleet.USER)
            .bind("client_id", ClientId.toUuid(client))
            .bind("now", now().atOffset(ZoneOffset.UTC));
    var plan = explain(detail);

    assertThat(plan).contains("actual", "rows=8").doesNotContain("Seq Scan");
    assertThat(pagesRead(plan)).as(plan).isLessThan(60);
  }

  private static void assertListPlan(Optional<String> status, Optional<String> name) {
    var plan = explain(new ClientQuery(LargeFleet.USER, NONE, status, name, NONE, LimitOffset.ALL));

    assertThat(plan)
        .contains("actual")
        .doesNotContain("Seq Scan on device", "_hour", "_day", "heartbeat");
    // At most a scan of clients and states, and some ten pages for the first device of each client.
    assertThat(pagesRead(plan)).as(plan).isLessThan(12L * LargeFleet.CLIENTS_PER_USER);
  }

  private static String explain(ClientQuery query) {
    return explain(ClientListStatement.of(load("list-clients.sql"), query, now()));
  }

  private static Instant now() {
    return InstantSource.system().instant();
  }

  private static SqlStatement load(String file) {
    return HealthFormula.FULL.load(PostgresClientStore.class, file);
  }

  private static String explain(SqlStatement.Binding statement) {
    var lines = new StringBuilder();
    RegistryTables.await(
            postgres
                .database()
                .withConnection(
                    connection ->
                        connection
                            .preparedQuery(
                                "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + statement.sql())
                            .execute(statement.values())))
        .forEach(row -> lines.append(row.getString(0)).append('\n'));
    return lines.toString();
  }

  /** Returns the pages that the whole statement read: those of the first such line. */
  private static long pagesRead(String plan) {
    var matcher = BUFFERS.matcher(plan);
    assertThat(matcher.find()).as(plan).isTrue();
    var read = Optional.ofNullable(matcher.group(2)).map(Long::parseLong).orElse(0L);
    return Long.parseLong(matcher.group(1)) + read;
  }
}
