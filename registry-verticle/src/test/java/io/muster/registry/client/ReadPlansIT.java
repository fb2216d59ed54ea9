package io.muster.registry.client;

import static io.muster.registry.client.ClientDesk.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.registry.Rows;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.LimitOffset;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What PostgreSQL reads for an answer, of a fleet of 10,000. */
class ReadPlansIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Pattern BUFFERS =
      Pattern.compile("Buffers: shared hit=(\\d+)(?: read=(\\d+))?");
  private static final String CLIENT = "SELECT client_id FROM client WHERE user_id = $1 LIMIT 1";

  private static Rows rows;

  @BeforeAll
  static void fill() {
    rows = new Rows(postgres.database());
    LargeFleet.fill(rows);
  }

  @Test
  void list_ofOneUser_readsTheFirstDeviceOfEachAndNoHistory() {
    assertList(NONE, NONE);
  }

  @Test
  void list_filtered_readsNoMore() {
    assertList(NONE, Optional.of("host"));
    assertList(Optional.of("online"), Optional.of("7"));
    assertList(Optional.of("offline"), NONE);
  }

  @Test
  void list_slice_readsDevicesOfThatOnly() {
    var slice = new LimitOffset(Optional.of(10), 500);
    var plan = plan(new ClientQuery(LargeFleet.USER, NONE, NONE, NONE, NONE, slice));

    assertThat(pages(plan)).as(plan).isLessThan(1000);
  }

  @Test
  void detail_readsOneClient() {
    var client = ClientId.of(rows.run(CLIENT, LargeFleet.USER).iterator().next().getUUID(0));
    var plan = plan(ClientSql.DETAIL, Tuple.of(LargeFleet.USER, ClientId.toUuid(client)));

    assertThat(plan).contains("actual", "rows=8").doesNotContain("Seq Scan");
    assertThat(pages(plan)).as(plan).isLessThan(60);
  }

  private static void assertList(Optional<String> status, Optional<String> name) {
    var plan = plan(new ClientQuery(LargeFleet.USER, NONE, status, name, NONE, LimitOffset.ALL));

    assertThat(plan)
        .contains("actual")
        .doesNotContain("Seq Scan on device", "_hour", "_day", "heartbeat");
    // The clients and states in a scan at most, and some ten pages for each one's first device.
    assertThat(pages(plan)).as(plan).isLessThan(12L * LargeFleet.CLIENTS_OF_USER);
  }

  private static String plan(ClientQuery query) {
    var filter = ClientFilter.of(query, InstantSource.system().instant());
    return plan(filter.sql(), filter.parameters());
  }

  private static String plan(String sql, Tuple parameters) {
    var lines = new StringBuilder();
    Rows.await(
            postgres
                .database()
                .withConnection(
                    connection ->
                        connection
                            .preparedQuery("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql)
                            .execute(parameters)))
        .forEach(row -> lines.append(row.getString(0)).append('\n'));
    return lines.toString();
  }

  /** Pages that the whole statement touched: those of its first line. */
  private static long pages(String plan) {
    var matcher = BUFFERS.matcher(plan);
    assertThat(matcher.find()).as(plan).isTrue();
    var read = Optional.ofNullable(matcher.group(2)).map(Long::parseLong).orElse(0L);
    return Long.parseLong(matcher.group(1)) + read;
  }
}
