package io.muster.aggregator.history;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.bus.transport.Pages;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthHead;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.testkit.EmbeddedDatabase;
import java.lang.management.ManagementFactory;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class MillionRowsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Logger log = LoggerFactory.getLogger(MillionRowsIT.class);
  private static final int CLIENTS = 6000;
  private static final int HOURS = 168;
  private static final long MAX_GROWTH_BYTES = 24L << 20;

  private final HistoryFixture fixture = new HistoryFixture(postgres.database());

  @Test
  @Tag("slow")
  void clientHealth_aMillionHours_streamInBoundedMemory() {
    fill();
    var service = new PostgresHistory(postgres.database(), () -> NOON, new HistoryConfig(false));
    readAll(
        service,
        new LimitOffset(Optional.of(20_000), 0)); // A first read, so that classes are loaded.
    var usedBytes = usedBytes();
    var startNanos = System.nanoTime();
    var statistics = readAll(service, LimitOffset.ALL);

    log.info(
        "rows={} seconds={} heap_growth_mb={}",
        statistics.rowCount(),
        (System.nanoTime() - startNanos) / 1e9,
        (statistics.peakHeapBytes() - usedBytes) / (1 << 20));
    assertThat(statistics.rowCount()).isEqualTo(CLIENTS * HOURS);
    assertThat(statistics.firstPageNanos()).isLessThan(5_000_000_000L);
    assertThat(statistics.peakHeapBytes() - usedBytes).isLessThan(MAX_GROWTH_BYTES);
  }

  private ReadStatistics readAll(PostgresHistory service, LimitOffset limitOffset) {
    var query =
        new HealthQuery(
            "many", Optional.empty(), 0, Long.MAX_VALUE, Optional.of("3600"), limitOffset);
    var startNanos = System.nanoTime();
    Pages<HealthHead, HealthPoint> pages = await(service.clientHealth(query));
    var statistics = new ReadStatistics(0, 0, 0);
    var pageNumber = 0;
    for (var page = await(pages.next()); !page.isEmpty(); page = await(pages.next())) {
      var firstPageNanos =
          statistics.rowCount() == 0 ? System.nanoTime() - startNanos : statistics.firstPageNanos();
      pageNumber++;
      var usedBytes = pageNumber % 200 == 0 ? usedBytes() : 0;
      statistics =
          new ReadStatistics(
              statistics.rowCount() + countRows(page.json().toString()),
              firstPageNanos,
              Math.max(statistics.peakHeapBytes(), usedBytes));
    }
    log.info(
        "first_page_ms={} rows={}", statistics.firstPageNanos() / 1_000_000, statistics.rowCount());
    return statistics;
  }

  private static int countRows(String page) {
    return page.split("\"client_id\"", -1).length - 1;
  }

  /** Returns the heap in use after a garbage collection. */
  private static long usedBytes() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private void fill() {
    fixture.query(
        "INSERT INTO client (client_id, user_id, name, declared_status) SELECT md5(i::text)::uuid,"
            + " 'many', 'host ' || i, 'online' FROM generate_series(1, $1::int) i",
        CLIENTS);
    for (var hour = 0; hour < HOURS; hour += 24) {
      fixture.query(
          """
          INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
          SELECT client_ref, h, h + interval '59 min', 360, 1, 2, 100, 200, 300, 1
          FROM generate_series($1::timestamptz, $1::timestamptz + interval '23 h', interval '1 h') h, client\
          """,
          NOON.minusSeconds(3600L * (hour + 24)).atOffset(ZoneOffset.UTC));
    }
    fixture.query(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen) SELECT client_ref,"
            + " min(hour), max(last_ts), max(last_ts) FROM client_hour GROUP BY 1");
    fixture.query("ANALYZE client, client_hour, client_state");
  }

  /**
   * The result of reading all pages.
   *
   * @param rowCount number of rows
   * @param firstPageNanos time until the first page was read
   * @param peakHeapBytes largest heap in use between two pages
   */
  private record ReadStatistics(int rowCount, long firstPageNanos, long peakHeapBytes) {}
}
