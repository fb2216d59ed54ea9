package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.warning.PostgresWarnings;
import io.muster.runtime.database.SqlStatement;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  /** A leap day. */
  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);

  private static final Instant MIDNIGHT = DAY.atStartOfDay(ZoneOffset.UTC).toInstant();
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final MaintenanceFixture fixture = MaintenanceFixture.of(postgres.database());
  private final Vertx vertx = postgres.vertx();
  private Instant now = MIDNIGHT.plus(Duration.ofDays(3));

  @BeforeEach
  void createPartitions() {
    fixture.createPartitions(DAY);
  }

  @AfterEach
  void deleteAll() {
    fixture.deleteAll();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void run_randomHeartbeats_readsTheSameBeforeAndAfter(long seed) {
    var random = new Random(seed);
    var clients = insertClients(4);
    for (var client : clients) {
      fixture.store(client, randomInstants(random), random);
      fixture.store(client, randomInstants(random).subList(0, 5), random);
    }
    var before = fixture.heartbeatRows();
    var samples = samplesOfWarnings(clients);

    var job = runJob();

    assertThat(samplesOfWarnings(clients)).hasSize(before.size()).isEqualTo(samples);
    assertThat(fixture.heartbeatRows()).hasSizeGreaterThan(1000).isEqualTo(before);
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[0]");
    assertThat(job.metrics().compactedHeartbeats.count()).isEqualTo(before.size());
    assertThat(
            fixture
                .history()
                .query(
                    "SELECT ms FROM heartbeat_pack WHERE ms <> (SELECT array_agg(m ORDER BY m) FROM"
                        + " unnest(ms) m)"))
        .isEmpty();
  }

  /** Returns what an evaluation of warnings reads of the heartbeats of the day. */
  private List<String> samplesOfWarnings(List<Integer> clients) {
    var number = clients.size();
    var statement =
        SqlStatement.load(PostgresWarnings.class, "select-heartbeats.sql")
            .bind("client_refs", clients.toArray(Integer[]::new))
            .bind(
                "after",
                Collections.nCopies(number, MIDNIGHT.minusMillis(1).atOffset(ZoneOffset.UTC))
                    .toArray(OffsetDateTime[]::new))
            .bind(
                "until",
                Collections.nCopies(number, midnight(1).atOffset(ZoneOffset.UTC))
                    .toArray(OffsetDateTime[]::new));
    var rows = await(postgres.database().withConnection(statement::execute));
    return rows.stream().map(Row::deepToString).toList();
  }

  @Test
  void run_heartbeatsOfOtherDays_stayRaw() {
    var client = fixture.insertClient();
    var around =
        List.of(MIDNIGHT.minusMillis(1), MIDNIGHT, midnight(1).minusMillis(1), midnight(1));
    fixture.store(client, around, new Random(1));
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 1), new Random(1));

    runJob();

    assertThat(fixture.rowCount("heartbeat_20280228")).isEqualTo("[1]");
    assertThat(fixture.rowCount("heartbeat_20280301")).isEqualTo("[1]");
    assertThat(fixture.history().queryRow("SELECT sum(n) FROM heartbeat_pack")).isEqualTo("[361]");
  }

  @Test
  void run_dayThatEndedLessThanTwoDaysAgo_staysRaw() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 2),
        new Random(1));
    now = midnight(3).minusMillis(1);
    runJob();
    assertThat(fixture.partitionNames()).doesNotContain("heartbeat_pack_20280229");

    now = midnight(3);
    runJob();
    assertThat(fixture.partitionNames()).contains("heartbeat_pack_20280229");
  }

  @Test
  void run_fewHeartbeatsInEachHour_staysRaw() {
    var fewInEachHour =
        IntStream.range(0, 24 * 11).mapToObj(i -> MIDNIGHT.plusSeconds(i * 3600L / 11)).toList();
    fixture.store(fixture.insertClient(), fewInEachHour, new Random(1));

    var job = runJob();

    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[264]");
    assertThat(job.metrics().compactedDays.count()).isZero();
  }

  @Test
  void run_importedRollUpsOfMoreHeartbeats_compactsTheHeartbeats() {
    var client = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 3), new Random(1));
    var all = fixture.heartbeatRows();
    fixture.history().query("UPDATE client_hour SET n = n + 1 RETURNING 1");
    insertClients(600);
    fixture
        .history()
        .query(
            "INSERT INTO client_hour SELECT '2028-02-29T20:00Z', '2028-02-29T20:00Z', 0, 0,"
                + " client_ref, 360, 0, 0, 0, 0 FROM client RETURNING 1");

    var job = runJob();

    assertThat(job.metrics().compactedHeartbeats.count()).isEqualTo(all.size());
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[0]");
    assertThat(fixture.heartbeatRows()).isEqualTo(all);
  }

  @Test
  void run_lateHeartbeatsAfterCompaction_areCompactedWhenNoMoreCanArrive() {
    var client = fixture.insertClient();
    var otherClient = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 3), new Random(1));
    runJob();
    fixture.store(client, List.of(MIDNIGHT.plusMillis(5), MIDNIGHT.plusSeconds(10)), new Random(2));
    fixture.store(otherClient, List.of(MIDNIGHT.plusSeconds(7)), new Random(3));
    var all = fixture.heartbeatRows();
    assertThat(all).hasSize(1080 + 2);

    now = midnight(9).minusMillis(1);
    runJob();
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[2]");

    now = midnight(9);
    runJob();
    assertThat(fixture.partitionNames())
        .contains("heartbeat_pack_20280229")
        .doesNotContain("heartbeat_20280229");
    assertThat(fixture.heartbeatRows()).isEqualTo(all);
    assertThat(
            fixture
                .history()
                .query(
                    "SELECT sum(n) FROM heartbeat_pack WHERE client_ref = %d GROUP BY hour ORDER BY hour"
                        .formatted(client)))
        .containsExactly("[361]", "[360]", "[360]");
  }

  @Test
  void run_heartbeatAfterTheLastCompaction_isNotLost() {
    var client = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 1), new Random(1));
    runJob();
    var detached =
        postgres
            .database()
            .withDedicatedConnection(
                TIMEOUT,
                sql ->
                    sql.query(
                            "ALTER TABLE heartbeat DETACH PARTITION heartbeat_20280229"
                                + " CONCURRENTLY")
                        .execute());
    await(detached);
    fixture
        .history()
        .query(
            "INSERT INTO heartbeat_20280229 VALUES ('2028-02-29T05:00:00.123Z', 1, 2, "
                + client
                + ", 4, 5, 6, 7)");

    now = midnight(9);
    runJob();

    assertThat(fixture.partitionNames()).doesNotContain("heartbeat_20280229");
    assertThat(fixture.heartbeatRows())
        .hasSize(361)
        .last()
        .asString()
        .contains("T05:00:00.123Z, 4, 5, 6, 1, 2, 7");
  }

  @Test
  void run_again_changesNothing() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 1),
        new Random(1));
    runJob();
    var all = fixture.heartbeatRows();

    var secondJob = runJob();

    assertThat(fixture.heartbeatRows()).isEqualTo(all);
    assertThat(secondJob.metrics().compactedDays.count()).isZero();
  }

  @Test
  void run_hoursWithoutRollup_areCompactedToo() {
    var client = fixture.insertClient();
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 6), new Random(1));
    fixture.history().query("DELETE FROM client_hour WHERE hour < '2028-02-29T02:00Z'");
    fixture.history().query("UPDATE client_hour SET n = n + 1 WHERE hour = '2028-02-29T03:00Z'");
    var all = fixture.heartbeatRows();

    runJob();

    assertThat(fixture.heartbeatRows()).hasSize(2160).isEqualTo(all);
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[0]");
  }

  @Test
  void run_compactionOff_leavesEverythingRaw() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 1),
        new Random(1));
    var config = new MaintenanceConfig(Retention.DEFAULTS, Optional.empty());

    await(
        new MaintenanceJob(
                vertx,
                config,
                () -> now,
                postgres.database(),
                new MaintenanceMetrics(new SimpleMeterRegistry()))
            .run());

    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[360]");
  }

  @Test
  void runAndReport_databaseError_isAProblemUntilItWorks() {
    fixture.store(
        fixture.insertClient(),
        MaintenanceFixture.instantsEveryTenSeconds(MIDNIGHT, 1),
        new Random(1));
    fixture.history().query("CREATE TABLE heartbeat_pack_20280229 (x int)");
    fixture.history().query("CREATE VIEW dependent_view AS SELECT * FROM heartbeat_pack_20280229");
    var job = newJob();

    assertThatThrownBy(() -> await(job.runAndReport()))
        .hasMessageContaining("heartbeat_pack_20280229");
    assertThat(job.metrics().failedRuns.count()).isEqualTo(1);
    assertThat(job.problem()).get().asString().contains("heartbeat_pack_20280229");
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[360]");

    fixture.history().query("DROP TABLE heartbeat_pack_20280229 CASCADE");
    await(job.runAndReport());
    assertThat(job.problem()).isEmpty();
    assertThat(fixture.rowCount("heartbeat_20280229")).isEqualTo("[0]");
  }

  @Test
  void runAndReport_databaseUnavailable_isNoProblem() {
    var closedDatabase = postgres.open(vertx, () -> now);
    await(closedDatabase.whenReady());
    await(closedDatabase.close());
    var job =
        new MaintenanceJob(
            vertx,
            MaintenanceConfig.DEFAULTS,
            () -> now,
            closedDatabase,
            new MaintenanceMetrics(new SimpleMeterRegistry()));

    assertThatThrownBy(() -> await(job.runAndReport())).hasMessageContaining("closed");

    assertThat(job.metrics().failedRuns.count()).isEqualTo(1);
    assertThat(job.problem()).isEmpty();
  }

  private MaintenanceJob runJob() {
    var job = newJob();
    await(job.run());
    return job;
  }

  private MaintenanceJob newJob() {
    return new MaintenanceJob(
        vertx,
        MaintenanceConfig.DEFAULTS,
        () -> now,
        postgres.database(),
        new MaintenanceMetrics(new SimpleMeterRegistry()));
  }

  private List<Integer> insertClients(int number) {
    return Stream.generate(fixture::insertClient).limit(number).toList();
  }

  private static Instant midnight(int days) {
    return MIDNIGHT.plus(Duration.ofDays(days));
  }

  /**
   * Returns bursts of several instants in a second, gaps of hours, and the first and the last
   * millisecond.
   */
  private static List<Instant> randomInstants(Random random) {
    var instants = new ArrayList<>(List.of(MIDNIGHT, midnight(1).minusMillis(1)));
    var at = 0L;
    while (at < 86_400_000L) {
      instants.add(MIDNIGHT.plusMillis(at));
      at +=
          random.nextInt(100) == 0
              ? random.nextInt(10_000_000)
              : 1 + random.nextInt(random.nextBoolean() ? 300 : 60_000);
    }
    Collections.shuffle(instants, random);
    return instants;
  }
}
