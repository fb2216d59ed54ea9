package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.DeviceHistory;
import io.muster.aggregator.SentHeartbeats;
import io.muster.aggregator.SentHeartbeats.Bins;
import io.muster.aggregator.history.HistoryConfig;
import io.muster.aggregator.history.PostgresHistory;
import io.muster.bus.FleetException;
import io.muster.bus.service.HistoryService;
import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceSeriesQuery;
import io.muster.schema.history.HostSeriesQuery;
import io.muster.schema.history.SeriesBin;
import io.muster.schema.history.SeriesHead;
import io.muster.schema.history.SeriesMetric;
import io.muster.schema.history.SeriesRange;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Series of heartbeats that are compacted, rolled up, late, or none of it, compared with what was
 * sent: two hours of a closed day, and two hours and 20 minutes of the current one, between which a
 * device moves to another host.
 */
class SeriesIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant CLOSED = Instant.parse("2028-02-29T08:00:00Z");
  private static final Instant TODAY = Instant.parse("2028-03-03T08:00:00Z");
  private static final Instant NOW = Instant.parse("2028-03-03T10:20:00Z");
  private static final SentHeartbeats SENT = new SentHeartbeats();

  private static HistoryService history;
  private static MaintenanceFixture fixture;
  private static RandomHeartbeats random;
  private static String first;
  private static String second;

  @BeforeAll
  static void fill() {
    fixture = MaintenanceFixture.of(postgres.database());
    history = new PostgresHistory(postgres.database(), () -> NOW, new HistoryConfig(false));
    fixture.deleteAll();
    fixture.createPartitions(LocalDate.of(2028, 3, 3));
    fixture.history().query("UPDATE device_rollup SET hour = '2028-02-29T08:00Z', client_ref = 0");
    first = fixture.history().insertClient();
    second = fixture.history().insertClient();

    random = new RandomHeartbeats(postgres.vertx(), postgres.database(), SENT);
    var closed = random.heartbeats(CLOSED, CLOSED.plus(Duration.ofHours(2)), 0, 1, 2);
    random.store(first, CLOSED.plus(Duration.ofHours(2)), closed.subList(100, closed.size()));
    random.compact(TODAY);
    var today = random.heartbeats(TODAY, TODAY.plusSeconds(1700), 0, 1, 2);
    today.addAll(random.heartbeats(TODAY.plusSeconds(2300), NOW, 0, 2));
    random.store(first, NOW, today.subList(100, today.size()));
    random.store(second, NOW, random.heartbeats(TODAY.plusSeconds(1800), NOW, 1));
    DeviceHistory.rollUp(postgres.database(), NOW);
    random.store(first, NOW, closed.subList(0, 100));
    random.store(first, NOW, today.subList(0, 100));
    assertThat(fixture.history().query("SELECT FROM device_hour_stale")).hasSize(3);
  }

  @AfterAll
  static void deleteAll() {
    fixture.deleteAll();
  }

  @ParameterizedTest
  @CsvSource({
    "2028-02-29T08:59:59.5Z, 2028-02-29T09:01:30Z, 1",
    "2028-03-03T09:59:00Z, 2028-03-03T10:20:00Z, 2",
    "2028-02-29T07:00:00Z, 2028-03-03T10:20:00Z, 30",
    "2028-02-29T08:13:07.250Z, 2028-03-03T09:59:59.999Z, 60",
    "2028-02-29T08:13:07.250Z, 2028-03-03T11:59:59.999Z, 300",
    "2028-03-03T08:29:59.999Z, 2028-03-03T10:00:00.001Z, 1200",
    "2028-02-29T08:59:59.999Z, 2028-03-03T10:00:00.001Z, 3600",
    "2028-02-29T08:59:59.999Z, 2028-03-03T08:00:00.000Z, 7200",
    "2028-02-28T08:59:59.999Z, 2028-03-03T10:20:00.001Z, 86400",
    "2028-02-28T08:59:59.999Z, 2028-03-03T10:20:00.001Z, 172800",
  })
  void series_anyStep_equalsWhatWasSent(Instant from, Instant to, long step) {
    var range = range(from, to, step);
    var bins = Bins.of(from.toEpochMilli(), to.toEpochMilli(), 1000 * step);

    for (var uuid : List.of("GPU-0", "GPU-1")) {
      assertThat(rows(device(uuid, Optional.empty(), range)))
          .isEqualTo(SENT.deviceBins(uuid, client -> true, bins));
    }
    for (var host : List.of(first, second)) {
      assertThat(rows(device("GPU-1", Optional.of(host), range)))
          .isEqualTo(SENT.deviceBins("GPU-1", host::equals, bins));
      assertThat(rows(host(host, range))).isEqualTo(SENT.hostBins(host, bins));
    }
  }

  @Test
  void series_ofMovedDevice_namesTheHostThatHasItNow() {
    var range = range(CLOSED, NOW, 86_400);
    assertThat(await(device("GPU-0", Optional.empty(), range)).head())
        .isEqualTo(
            new SeriesHead(
                first,
                "host of user-1",
                86_400,
                Instant.parse("2028-02-29T00:00:00Z").getEpochSecond(),
                4));
    assertThat(await(device("GPU-1", Optional.empty(), range)).head().clientId()).isEqualTo(second);
  }

  @Test
  void series_someMetrics_hasTheirColumnsOnly() {
    var range = range(CLOSED, CLOSED.plusSeconds(60), 60);
    var query =
        new DeviceSeriesQuery(
            "GPU-2", Optional.empty(), range, List.of(SeriesMetric.POWER, SeriesMetric.ENERGY));
    var all = rows(device("GPU-2", Optional.empty(), range)).get(0).split(", ", -1);
    assertThat(rows(history.deviceSeries(query)))
        .containsExactly("[" + String.join(", ", List.of(all).subList(9, 13)));
  }

  @Test
  void series_ofManySlowReaders_occupyNoConnection() {
    var opened =
        IntStream.range(0, 20).mapToObj(i -> await(host(first, range(CLOSED, NOW, 1)))).toList();
    for (var pages : opened) {
      assertThat(await(pages.next()).isLast()).isFalse();
    }

    assertThat(
            fixture
                .history()
                .query(
                    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
                        + " pg_backend_pid() AND state NOT IN ('idle', 'disabled')"))
        .isEmpty();
  }

  @Test
  void series_closed_readsNothing() {
    var pages = await(host(first, range(CLOSED, NOW, 1)));
    assertThat(await(pages.next()).isLast()).isFalse();
    pages.close();
    assertThat(await(pages.next()).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2028-03-03T10:19:00Z, 2028-03-03T10:20:00Z, 500, 1",
    "2028-03-03T10:00:00Z, 2028-03-03T10:20:00Z, 500, 5",
    "2028-03-02T10:20:00Z, 2028-03-03T10:20:00Z, 500, 180",
    "2028-02-25T10:20:00Z, 2028-03-03T10:20:00Z, 500, 1800",
    "2028-02-01T00:00:00Z, 2028-02-03T00:00:00Z, 2, 86400",
    "1970-01-01T00:00:00Z, 2028-03-03T10:20:00Z, 500, 3715200",
    "1970-01-01T00:00:00Z, 2200-01-01T00:00:00Z, 1, 7258118400",
  })
  void series_withoutStep_hasAtMostThatManyBins(Instant from, Instant to, int points, long step) {
    var range =
        new SeriesRange(
            Optional.of(from.toEpochMilli()),
            Optional.of(to.toEpochMilli()),
            Optional.empty(),
            points);
    for (var pages : List.of(device("GPU-0", Optional.empty(), range), host(first, range))) {
      var head = await(pages).head();
      assertThat(head.stepSeconds()).isEqualTo(step);
      assertThat(head.bins()).isBetween(1L, (long) points);
    }
  }

  @Test
  void series_withoutRange_isTheLastDay() {
    var range = new SeriesRange(Optional.empty(), Optional.empty(), Optional.empty(), 500);
    var head = await(host(first, range)).head();
    assertThat(Instant.ofEpochSecond(head.fromSeconds())).isEqualTo("2028-03-02T10:18:00Z");
    assertThat(head.startSeconds(head.bins())).isEqualTo(NOW.plusSeconds(60).getEpochSecond());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2028-03-03T10:00:00Z | 2028-03-03T10:00:00Z | 60 | from: expected an instant before to",
        "2028-03-03T10:00:01Z | 2028-03-03T10:00:00Z | 60 | from: expected an instant before to",
        "1969-12-31T23:59:59.999Z | 2028-03-03T10:00:00Z | 60 | from: expected an instant from 1970",
        "2028-03-03T10:00:00Z | 2200-01-01T00:00:00.001Z | 60 | to: expected an instant from 1970 to",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 45 | step: expected seconds that divide a",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 0 | step: expected seconds that divide a",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | -60 | step: expected seconds that divide",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 61 | step: expected seconds that divide a",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 5400 | step: expected seconds that divid",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 129600 | step: expected seconds that d",
        "2028-03-03T09:00:00Z | 2028-03-03T10:00:00Z | 86399999913600 | step: expecte",
        "2026-01-01T00:00:00Z | 2028-03-03T10:00:00Z | 1 | step: expected one with at most 4000000",
      })
  void series_badRange_isRejected(Instant from, Instant to, long step, String message) {
    assertRejected(message, from, to, step);
  }

  @Test
  void series_finerThanStored_isRejectedOrCoarser() {
    fixture
        .history()
        .query(
            "INSERT INTO client_hour SELECT '2028-02-20Z', '2028-02-20Z', 0, 0,"
                + " client_ref, 1, 1, 1, 1, 1 FROM client");
    fixture
        .history()
        .query(
            "INSERT INTO device_hour (hour, device_ref, n, usage_n, usage_sum, mem_n,"
                + " mem_sum, temp_n, temp_sum, power_n, power_sum) SELECT '2028-02-20Z', device_ref, 1, 1, 7, 0,"
                + " 0, 0, 0, 1, 9 FROM device");
    try {
      var from = Instant.parse("2028-02-19T23:30:00Z");
      var to = from.plus(Duration.ofHours(1));
      assertRejected("since when minutes are stored", from, to, 60);
      assertRejected("from at or after 2028-02-25T00:00:00Z, since when single", from, to, 30);
      assertThatThrownBy(() -> await(host(first, range(from, to, 1800))))
          .hasMessageContaining("from at or after 2028-02-25T00:00:00Z, since when single");
      var unset =
          new SeriesRange(
              Optional.of(from.toEpochMilli()),
              Optional.of(to.toEpochMilli()),
              Optional.empty(),
              9);
      assertThat(rows(device("GPU-0", Optional.empty(), unset)))
          .containsExactly(
              "[null, null, null, null, null, null, null, null, null, null, null, null, null]",
              "[7, null, null, null, null, null, null, null, null, 9, null, null, null]");
      assertThat(rows(host(first, unset)).get(1))
          .isEqualTo("[1, null, null, 1, null, null, 1, null, null, 0, 0]");
      var later = Instant.parse("2028-02-20T01:00:00Z");
      assertThat(rows(device("GPU-0", Optional.empty(), range(later, later.plusSeconds(60), 1))))
          .hasSize(60);
    } finally {
      fixture.history().query("DELETE FROM client_hour WHERE hour < '2028-02-21Z'");
      fixture.history().query("DELETE FROM device_hour WHERE hour < '2028-02-21Z'");
    }
  }

  @Test
  void series_oneHourOfABinWithoutExtremes_hasNone() {
    fixture
        .history()
        .query(
            "INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum,"
                + " mem_sum, disk_sum, slot_mask, cpu_min, cpu_max, mem_min, mem_max, disk_min,"
                + " disk_max) SELECT client_ref, h, h, 1, 1, 1, 4, 5, 6, 1, x, x, x, x, x, x FROM"
                + " client, (VALUES ('2028-02-20T01:00Z'::timestamptz, NULL), ('2028-02-20T02:00Z',"
                + " 7)) AS v (h, x)");
    try {
      var from = Instant.parse("2028-02-20T00:00:00Z");
      assertThat(rows(host(first, range(from, from.plus(Duration.ofHours(3)), 3600))))
          .containsExactly(
              "[null, null, null, null, null, null, null, null, null, null, null]",
              "[4, null, null, 5, null, null, 6, null, null, 1, 1]",
              "[4, 7, 7, 5, 7, 7, 6, 7, 7, 1, 1]");
      assertThat(rows(host(first, range(from, from.plus(Duration.ofDays(1)), 86_400))))
          .containsExactly("[4, null, null, 5, null, null, 6, null, null, 2, 2]");
    } finally {
      fixture.history().query("DELETE FROM client_hour WHERE hour < '2028-02-21Z'");
    }
  }

  @Test
  void series_unknownOrAmbiguousSubject_isRejected() {
    var range = range(CLOSED, NOW, 3600);
    assertFails(FleetException.Code.DEVICE_UNKNOWN, device("GPU-9", Optional.empty(), range));
    assertFails(FleetException.Code.DEVICE_UNKNOWN, device("GPU-0", Optional.of(second), range));
    assertFails(FleetException.Code.CLIENT_UNKNOWN, host("x' OR true --", range));
    assertFails(FleetException.Code.CLIENT_UNKNOWN, host("0".repeat(32), range));
    assertFails(FleetException.Code.INVALID_ARGUMENT, host("host of user-1", range));

    var third = fixture.history().insertClient("other");
    random.store(third, NOW, random.heartbeats(NOW.minusSeconds(60), NOW, 7));
    assertThat(rows(host("host of other", range))).hasSize(75);
    var fourth = fixture.history().insertClient("other");
    random.store(fourth, NOW, random.heartbeats(NOW.minusSeconds(60), NOW, 7));
    assertThatThrownBy(() -> await(device("GPU-7", Optional.empty(), range)))
        .hasMessageContaining("several hosts have this device");
    assertThat(rows(device("GPU-7", Optional.of(third), range))).hasSize(75);
    fixture.history().setColumn(fourth, "valid_status", "'invalid'");
    assertThat(rows(device("GPU-7", Optional.empty(), range))).hasSize(75);
    fixture
        .history()
        .query(
            "DELETE FROM client WHERE client_id IN ($1, $2)",
            ClientId.toUuid(third),
            ClientId.toUuid(fourth));
  }

  private static void assertRejected(String message, Instant from, Instant to, long step) {
    assertThatThrownBy(() -> await(device("GPU-0", Optional.empty(), range(from, to, step))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining(message);
  }

  private static void assertFails(
      FleetException.Code code, Future<Pages<SeriesHead, SeriesBin>> pages) {
    assertThatThrownBy(() -> await(pages))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  private static SeriesRange range(Instant from, Instant to, long step) {
    return new SeriesRange(
        Optional.of(from.toEpochMilli()), Optional.of(to.toEpochMilli()), Optional.of(step), 500);
  }

  private static Future<Pages<SeriesHead, SeriesBin>> device(
      String uuid, Optional<String> host, SeriesRange range) {
    return history.deviceSeries(new DeviceSeriesQuery(uuid, host, range, SeriesMetric.OF_DEVICE));
  }

  private static Future<Pages<SeriesHead, SeriesBin>> host(String host, SeriesRange range) {
    return history.hostSeries(new HostSeriesQuery(host, range, SeriesMetric.OF_HOST));
  }

  /** Returns the bins of all pages, each as a text. */
  private static List<String> rows(Future<Pages<SeriesHead, SeriesBin>> opened) {
    var pages = await(opened);
    var rows = new ArrayList<String>();
    Page<SeriesBin> page;
    do {
      page = await(pages.next());
      for (var row : new JsonArray("[" + page.json().toString(UTF_8) + "]")) {
        rows.add(((JsonArray) row).stream().map(SeriesIT::text).toList().toString());
      }
    } while (!page.isLast());
    assertThat(rows).hasSize((int) pages.head().bins());
    return rows;
  }

  private static String text(@Nullable Object number) {
    return number == null ? "null" : SentHeartbeats.plain(new BigDecimal(number.toString()));
  }
}
