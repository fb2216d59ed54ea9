package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Compactions of a day while other sessions read it, write to it, compact it too, or kill the
 * compaction.
 */
@Tag("slow")
class ConcurrentCompactionIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final LocalDate DAY = LocalDate.of(2027, 12, 31);
  private static final Instant MIDNIGHT = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
  private static final Instant NOW = MIDNIGHT.plus(Duration.ofDays(3));
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final MaintenanceFixture fixture = MaintenanceFixture.of(postgres.database());
  private final Vertx vertx = postgres.vertx();

  @BeforeEach
  void createPartitions() {
    fixture.createPartitions(DAY);
  }

  @AfterEach
  void deleteAll() {
    fixture.deleteAll();
  }

  @Test
  void run_twoJobsAtOnce_oneCompacts() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 24),
        new Random(1));
    var all = fixture.heartbeatRows();
    var first = newJob();
    var second = newJob();

    await(Future.all(first.run(), second.run()));

    assertThat(first.metrics().compactedDays.count() + second.metrics().compactedDays.count())
        .isEqualTo(1);
    assertThat(first.metrics().skippedRuns.count() + second.metrics().skippedRuns.count())
        .isEqualTo(1);
    assertThat(fixture.heartbeatRows()).isEqualTo(all);
  }

  @Test
  void run_lateHeartbeatsDuringStaging_areNotLost() {
    var client = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 3), new Random(1));
    var compacted =
        postgres
            .database()
            .withDedicatedConnection(
                TIMEOUT,
                sql -> {
                  var compaction = new DayCompaction(vertx, sql, DAY, false);
                  return compaction
                      .fillStaging()
                      .compose(
                          staged ->
                              postgres
                                  .database()
                                  .withConnection(
                                      late ->
                                          MaintenanceFixture.insert(
                                              late,
                                              client,
                                              List.of(
                                                  MIDNIGHT.plusMillis(1),
                                                  MIDNIGHT.plusSeconds(80_000)),
                                              new Random(2))))
                      .compose(late -> compaction.replaceRaw());
                });

    assertThat(await(compacted)).isEqualTo(1082);
    assertThat(fixture.heartbeatRows()).hasSize(1082);
    assertThat(fixture.rowCount("heartbeat_20271231")).isEqualTo("[0]");
  }

  @Test
  void run_concurrentReadsAndWrites_seeEveryHeartbeatOnce() {
    var clients = Stream.generate(fixture::insertClient).limit(30).toList();
    clients.forEach(
        client ->
            fixture.store(
                client,
                MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 8),
                new Random(client)));
    var before = fixture.heartbeatRows().size();
    var lateWriter = new LateWriter(clients);
    var job = newJob();

    var compaction = job.run();
    var read = new ArrayList<Long>();
    var written = new ArrayList<Integer>();
    while (!compaction.isComplete() || read.size() < 4) {
      written.add(lateWriter.storeNext());
      read.add(heartbeatCount());
    }
    await(compaction);

    for (var i = 0; i < read.size(); i++) {
      assertThat(read.get(i))
          .as("read %d of %d", i, read.size())
          .isEqualTo(before + written.get(i));
    }
    assertThat(heartbeatCount()).isEqualTo(before + lateWriter.written);
    assertThat(job.metrics().compactedDays.count()).isEqualTo(1);
  }

  @Test
  void run_concurrentLateWriter_waitsAndCompactsItsHeartbeats() {
    var client = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 5), new Random(1));
    var late = List.of(MIDNIGHT.plusMillis(1));
    var compaction =
        postgres
            .database()
            .withTransaction(
                writer ->
                    AdvisoryLock.COMPACTION
                        .acquireForSharing(writer)
                        .map(shared -> newJob().run())
                        .compose(
                            run ->
                                awaitBlocked("SELECT pg_advisory_xact_lock%")
                                    .compose(
                                        waits ->
                                            MaintenanceFixture.insert(
                                                writer, client, late, new Random(2)))
                                    .map(written -> List.of(run))));

    await(await(compaction).get(0));

    assertThat(fixture.rowCount("heartbeat_20271231")).isEqualTo("[0]");
    assertThat(fixture.heartbeatRows()).hasSize(1801);
  }

  @Test
  void run_killedWhileReplacingRaw_changesNothingAndNextRunCompacts() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 5),
        new Random(1));
    var all = fixture.heartbeatRows();

    var failed =
        postgres
            .database()
            .withTransaction(
                reader ->
                    reader
                        .query("SELECT count(*) FROM heartbeat")
                        .execute()
                        .compose(
                            reading -> {
                              var compaction = newJob().run();
                              return terminateBlocked("TRUNCATE%")
                                  .compose(killed -> compaction)
                                  .transform(ended -> Future.succeededFuture(ended.cause()));
                            }));

    assertThat(await(failed)).isNotNull();
    assertThat(fixture.heartbeatRows()).isEqualTo(all);
    assertThat(fixture.rowCount("heartbeat_20271231")).isEqualTo("[1800]");
    assertThat(fixture.history().queryRow("SELECT sum(n) FROM heartbeat_packing_20271231"))
        .isEqualTo("[1800]");

    await(newJob().run());
    assertThat(fixture.heartbeatRows()).isEqualTo(all);
    assertThat(fixture.partitionNames()).contains("heartbeat_pack_20271231");
    assertThat(fixture.history().queryRow("SELECT to_regclass('heartbeat_packing_20271231')"))
        .isEqualTo("[null]");
  }

  @Test
  void run_readerLocksTheDay_waitsWithoutBlockingOthersForLong() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 5),
        new Random(1));
    // The first reader keeps its lock until the second has read, which waits at most for the
    // lock timeout of the compaction.
    var compaction =
        postgres
            .database()
            .withTransaction(
                reader ->
                    countRaw(reader)
                        .map(reading -> newJob().run())
                        .compose(
                            run ->
                                awaitBlocked("TRUNCATE%")
                                    .compose(
                                        waits ->
                                            postgres
                                                .database()
                                                .withConnection(ConcurrentCompactionIT::countRaw))
                                    .map(rawRows -> new RunningCompaction(run, rawRows))));

    assertThat(await(compaction).rawRows()).isEqualTo(1800);
    await(await(compaction).run());
    assertThat(fixture.rowCount("heartbeat_20271231")).isEqualTo("[0]");
  }

  private MaintenanceJob newJob() {
    return new MaintenanceJob(
        vertx,
        MaintenanceConfig.DEFAULTS,
        () -> NOW,
        postgres.database(),
        new MaintenanceMetrics(new SimpleMeterRegistry()));
  }

  private static Future<Long> countRaw(SqlConnection sql) {
    return sql.query("SELECT count(*) FROM heartbeat")
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private long heartbeatCount() {
    return Long.parseLong(
        fixture
            .history()
            .queryRow("SELECT count(*) FROM " + MaintenanceFixture.ALL_HEARTBEATS + " x")
            .replaceAll("[^0-9]", ""));
  }

  /** Kills the session with such a statement as soon as it waits. */
  private Future<Void> terminateBlocked(String statement) {
    return awaitBlocked(statement)
        .compose(
            pid ->
                postgres
                    .database()
                    .withConnection(
                        sql -> sql.query("SELECT pg_terminate_backend(" + pid + ")").execute()))
        .mapEmpty();
  }

  private Future<Integer> awaitBlocked(String statement) {
    return postgres
        .database()
        .withConnection(
            sql ->
                sql.query(
                        "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query"
                            + " LIKE '"
                            + statement
                            + "' AND datname = current_database()")
                    .execute())
        .compose(
            rows ->
                rows.size() == 0
                    ? vertx.timer(10).compose(passed -> awaitBlocked(statement))
                    : Future.succeededFuture(rows.iterator().next().getInteger(0)));
  }

  /**
   * A compaction that has not ended.
   *
   * @param rawRows heartbeats that another reader saw meanwhile
   */
  private record RunningCompaction(Future<Void> run, long rawRows) {}

  /** A host that was disconnected: stores one late heartbeat after the other. */
  private final class LateWriter {
    private final List<Integer> clients;
    private final Random random = new Random(99);
    private int written;

    LateWriter(List<Integer> clients) {
      this.clients = clients;
    }

    int storeNext() {
      var client = clients.get(written % clients.size());
      fixture.store(client, List.of(MIDNIGHT.plusMillis(3 + 10_000L * written)), random);
      return ++written;
    }
  }
}
