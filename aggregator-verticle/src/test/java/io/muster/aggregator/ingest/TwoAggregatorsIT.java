package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.AggregatorFixture;
import io.muster.aggregator.DeviceHistory;
import io.muster.aggregator.HistoryFixture;
import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.runtime.database.Database;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two aggregators that receive the same requests at once, each in another order. */
@Tag("slow")
class TwoAggregatorsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final int CLIENTS = 30;
  private static final int BATCHES = 8;
  private static final int HEARTBEATS_PER_BATCH = 5;
  private static final long OFFSET_MILLIS = 3_600_000;

  private static final String HOURS_OF_HEARTBEATS =
      """
      SELECT client_ref, date_trunc('hour', ts), max(ts), count(*), sum(cpu), sum(mem), sum(disk), sum(net_up), sum(net_down),
        bit_or(1 << extract(minute FROM ts)::int / 2), max(cpu), max(mem), max(disk)
      FROM heartbeat GROUP BY 1, 2 ORDER BY 1, 2\
      """;
  private static final String HOURS =
      """
      SELECT client_ref, hour, last_ts, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slot_mask, cpu_max, mem_max, disk_max
      FROM client_hour ORDER BY 1, 2\
      """;

  private final List<Vertx> instances = List.of(Vertx.vertx(), Vertx.vertx());
  private HistoryFixture fixture;
  private List<Database> databases = List.of();

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    databases = instances.stream().map(vertx -> postgres.open(vertx, () -> NOON)).toList();
    databases.forEach(database -> await(database.whenReady()));
  }

  @AfterEach
  void close() {
    databases.forEach(database -> await(database.close()));
    instances.forEach(vertx -> await(vertx.close()));
  }

  @RepeatedTest(3)
  void store_sameRequestsAtOnce_storeEachHeartbeatOnce(RepetitionInfo repetition) {
    var before = fixture.heartbeatCount();
    var random = new Random(repetition.getCurrentRepetition());
    var requests = requests(fixture.insertClients(CLIENTS));

    var first = sendAll(0, requests, random);
    var second = sendAll(1, requests, random);
    var receipts = new ArrayList<>(await(first));
    receipts.addAll(await(second));

    var total = CLIENTS * BATCHES * HEARTBEATS_PER_BATCH;
    assertThat(receipts.stream().mapToInt(HeartbeatReceipt::accepted).sum()).isEqualTo(total);
    assertThat(receipts.stream().mapToInt(HeartbeatReceipt::duplicate).sum()).isEqualTo(total);
    assertThat(fixture.heartbeatCount() - before).isEqualTo(total);
    assertThat(fixture.query(HOURS)).isEqualTo(fixture.query(HOURS_OF_HEARTBEATS));
    fixture.query(
        "UPDATE device_rollup SET hour = $1, client_ref = 0",
        NOON.minus(Duration.ofDays(3)).atOffset(ZoneOffset.UTC));
    DeviceHistory.rollUp(databases.get(0), NOON.plus(Duration.ofHours(2)));
    DeviceHistory.assertRolledUp(fixture, Instant.MAX);
    assertThat(
            fixture.query(
                "SELECT s.client_ref FROM client_state s WHERE (first_ts, last_ts) <> (SELECT"
                    + " min(ts), max(ts) FROM heartbeat h WHERE h.client_ref = s.client_ref)"))
        .isEmpty();
  }

  /**
   * Returns requests in which the clock of every third host is an hour behind; batch by batch they
   * go back two days.
   */
  private static List<HeartbeatBatch> requests(List<String> clients) {
    var devices =
        List.of(HistoryFixture.device(0), HistoryFixture.device(1)).toArray(DeviceReading[]::new);
    return IntStream.range(0, CLIENTS * BATCHES)
        .mapToObj(
            number -> {
              var client = number % CLIENTS;
              var clockLagMillis = client % 3 == 0 ? OFFSET_MILLIS : 0;
              var newestAt =
                  NOON.minus(Duration.ofHours(6L * (number / CLIENTS))).minusMillis(clockLagMillis);
              return new HeartbeatBatch(
                  clients.get(client),
                  OptionalLong.of(NOON.toEpochMilli() - clockLagMillis),
                  IntStream.range(0, HEARTBEATS_PER_BATCH)
                      .mapToObj(
                          i -> HistoryFixture.heartbeat(newestAt.minusSeconds(10L * i), devices))
                      .toList());
            })
        .toList();
  }

  /**
   * Sends each request until it is stored: a client with too many requests in flight is rejected.
   */
  private Future<List<HeartbeatReceipt>> sendAll(
      int index, List<HeartbeatBatch> ordered, Random random) {
    var requests = new ArrayList<>(ordered);
    Collections.shuffle(requests, random);
    var vertx = instances.get(index);
    Promise<List<HeartbeatReceipt>> done = Promise.promise();
    vertx.runOnContext(
        start -> {
          var config = new IngestConfig(500, Duration.ofMillis(5), 100_000);
          var node = AggregatorFixture.node(vertx, () -> NOON);
          var catalog = new GpuCatalog(GpuModels.bundled());
          var service = BatchingHeartbeatService.open(config, catalog, node, databases.get(index));
          Future.all(
                  requests.stream()
                      .map(request -> storeUntilAccepted(vertx, service, request))
                      .toList())
              .map(all -> all.<HeartbeatReceipt>list())
              .onComplete(done);
        });
    return done.future();
  }

  private static Future<HeartbeatReceipt> storeUntilAccepted(
      Vertx vertx, BatchingHeartbeatService service, HeartbeatBatch request) {
    return service
        .store(request)
        .recover(
            cause -> vertx.timer(5).compose(waited -> storeUntilAccepted(vertx, service, request)));
  }
}
