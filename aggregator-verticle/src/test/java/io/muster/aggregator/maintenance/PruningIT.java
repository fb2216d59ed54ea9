package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.aggregator.AggregatorFixture;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PruningIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Retention SHORT_RETENTION =
      new Retention(
          Duration.ofDays(7),
          Duration.ofDays(10),
          Duration.ofDays(31),
          Duration.ofDays(31),
          Duration.ofDays(31));

  private static final String DETACH_PARTITION =
      "ALTER TABLE heartbeat DETACH PARTITION heartbeat_20280222 CONCURRENTLY";

  private final MaintenanceFixture fixture = MaintenanceFixture.of(postgres.database());

  @BeforeEach
  @AfterEach
  void deleteAll() {
    fixture.deleteAll();
  }

  @Test
  void prune_daysAroundALeapDay_dropsThoseThatEndedBeforeTheLimit() {
    fixture.createPartitions(LocalDate.of(2028, 3, 4));

    assertThat(prune(SHORT_RETENTION, "2028-03-07T23:59:59.999Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280226", "heartbeat_20280227", "heartbeat_20280228");
    assertThat(prune(SHORT_RETENTION, "2028-03-08T00:00:00Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280229", "device_minute_20280226");
    assertThat(fixture.partitionNames())
        .filteredOn(name -> name.startsWith("heartbeat_"))
        .startsWith("heartbeat_20280301")
        .hasSize(7);
  }

  @Test
  void prune_months_dropsThoseEntirelyBeforeTheLimit() {
    fixture.createPartitions(LocalDate.of(2027, 12, 31));
    fixture.createPartitions(LocalDate.of(2028, 2, 29));

    assertThat(hourTables(prune(SHORT_RETENTION, "2028-01-31T23:59:59Z"))).isEmpty();
    assertThat(hourTables(prune(SHORT_RETENTION, "2028-02-01T00:00:00Z")))
        .containsExactly("client_hour_202712", "device_hour_202712");
    assertThat(hourTables(prune(SHORT_RETENTION, "2028-04-01T00:00:00Z")))
        .containsExactly(
            "client_hour_202801", "client_hour_202802", "device_hour_202801", "device_hour_202802");
  }

  @Test
  void prune_compactedDays_areDroppedLikeRawDays() {
    fixture.createPartitions(LocalDate.of(2028, 3, 4));
    var client = fixture.insertClient();
    var midnight = Instant.parse("2028-02-29T00:00:00Z");
    fixture.store(client, MaintenanceFixture.instantsEveryTenSeconds(midnight, 1), new Random(1));
    var now = midnight.plus(Duration.ofDays(3));
    await(newJob(now).run());
    assertThat(fixture.partitionNames()).contains("heartbeat_pack_20280229");

    assertThat(prune(SHORT_RETENTION, "2028-03-08T00:00:00Z"))
        .extracting(Removal::table)
        .contains("heartbeat_20280229", "heartbeat_pack_20280229");
    assertThat(fixture.heartbeatRows()).isEmpty();
  }

  @Test
  void prune_days_deletesRowsInBatches() {
    var client = fixture.insertClient();
    fixture
        .history()
        .query(
            "INSERT INTO client_day SELECT now(), 0, 0, %d + c, d::date, 1, 1, 1, 1, 1"
                    .formatted(client)
                + " FROM generate_series(0, 999) c, generate_series('2028-01-20'::date,"
                + " '2028-02-01', '1 day') d");

    var removed = prune(SHORT_RETENTION, "2028-02-29T12:00:00Z");

    assertThat(removed)
        .containsExactly(new Removal("client_day", LocalDate.of(2028, 1, 29), 9_000, 0));
    assertThat(fixture.history().queryRow("SELECT min(day), count(*) FROM client_day"))
        .isEqualTo("[2028-01-29, 4000]");
    fixture.history().query("DELETE FROM client_day");
  }

  @Test
  void prune_devices_deletesUnreportedAndUnreferencedOnes() {
    var silent = fixture.insertClient();
    var live = fixture.insertClient();
    fixture.createPartitions(LocalDate.of(2028, 2, 10));
    fixture
        .history()
        .query(
            "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen) VALUES (%d, '2027-12-01Z', '2028-01-01Z', now()), (%d, '2027-12-01Z', '2028-02-29Z', now())"
                .formatted(silent, live));
    insertDevice(silent, "expired", "2027-12-31Z");
    insertDevice(silent, "of the newest heartbeat", "2028-01-01Z");
    insertDevice(live, "replaced", "2028-01-26T23:59:59Z");
    insertDevice(live, "recent", "2028-01-27Z");
    insertDevice(live, "with hours", "2028-01-02Z");
    fixture
        .history()
        .query(
            "INSERT INTO device_hour (hour, temp_sum, power_sum, device_ref, n, usage_n, usage_sum,"
                + " mem_n, mem_sum, temp_n, power_n) SELECT '2028-02-05Z', 0, 0, device_ref, 1, 0,"
                + " 0, 0, 0, 0, 0 FROM device WHERE device_uuid = 'with hours'");
    fixture
        .history()
        .query(
            "UPDATE client_state s SET device_refs = ARRAY[device_ref] FROM device d WHERE"
                + " d.client_ref = s.client_ref AND device_uuid = 'of the newest heartbeat'");

    prune(SHORT_RETENTION, "2028-02-29T12:00:00Z");

    assertThat(fixture.history().query("SELECT device_uuid FROM device ORDER BY 1"))
        .containsExactly("[of the newest heartbeat]", "[recent]", "[with hours]");
  }

  @Test
  void planPruning_expiredData_listsItAndChangesNothing() {
    fixture.createPartitions(LocalDate.of(2028, 2, 29));
    var now = Instant.parse("2028-05-02T00:00:00Z");
    fixture
        .history()
        .query("INSERT INTO client_day SELECT now(), 0, 0, 1, '2028-01-01', 1, 1, 1, 1, 1");
    var before = fixture.partitionNames();

    var planned = await(MaintenanceJob.planPruning(postgres.database(), SHORT_RETENTION, now));

    assertThat(fixture.partitionNames()).isEqualTo(before);
    assertThat(fixture.rowCount("client_day")).isEqualTo("[1]");
    assertThat(planned)
        .hasSize(before.size() + 1)
        .allMatch(removal -> removal.rows() + removal.bytes() > 0);
    assertThat(prune(SHORT_RETENTION, now.toString()))
        .extracting(Removal::table)
        .containsExactlyElementsOf(planned.stream().map(Removal::table).toList());
    assertThat(fixture.partitionNames()).isEmpty();
  }

  @Test
  void prune_interruptedDetach_isFinished() {
    fixture.createPartitions(LocalDate.of(2028, 2, 29));
    var interrupted =
        postgres
            .database()
            .withDedicatedConnection(
                TIMEOUT,
                reader ->
                    reader
                        .query("BEGIN; SELECT * FROM heartbeat")
                        .execute()
                        .compose(
                            reading ->
                                postgres
                                    .database()
                                    .withDedicatedConnection(
                                        TIMEOUT,
                                        sql ->
                                            sql.query("SET statement_timeout = 300")
                                                .execute()
                                                .compose(
                                                    set -> sql.query(DETACH_PARTITION).execute()))
                                    .transform(ended -> Future.succeededFuture(ended.failed()))));
    assertThat(await(interrupted)).isTrue();
    assertThat(fixture.partitions()).extracting(ExistingPartition::state).contains(State.DETACHING);

    assertThat(prune(SHORT_RETENTION, "2028-03-02T00:00:00Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280222", "heartbeat_20280223");
    assertThat(fixture.partitions())
        .extracting(ExistingPartition::state)
        .containsOnly(State.ATTACHED);
  }

  @Test
  void prune_concurrentReadsAndWrites_doNotFail() {
    var today = LocalDate.of(2028, 2, 29);
    fixture.createPartitions(today);
    var clients = List.of(fixture.insertClient(), fixture.insertClient());
    var midnight = today.atStartOfDay(ZoneOffset.UTC).toInstant();
    for (var days = 0; days < 7; days++) {
      fixture.store(clients.get(0), List.of(midnight.minus(Duration.ofDays(days))), new Random(1));
    }
    var pruning =
        MaintenanceJob.prune(
            postgres.database(), SHORT_RETENTION, midnight.plus(Duration.ofDays(6)), removal -> {});
    var written = 0;
    while (!pruning.isComplete() || written < 20) {
      fixture.store(clients.get(1), List.of(midnight.plusSeconds(++written)), new Random(2));
      assertThat(fixture.heartbeatRows().size()).isBetween(written + 2, written + 7);
    }

    assertThat(await(pruning)).isTrue();
    assertThat(fixture.heartbeatRows()).hasSize(written + 2);
  }

  @Test
  void prune_runningOnAnotherNode_doesNothing() {
    fixture.createPartitions(LocalDate.of(2028, 2, 29));
    var now = Instant.parse("2028-05-01T00:00:00Z");
    var other =
        postgres
            .database()
            .withDedicatedConnection(
                TIMEOUT,
                sql ->
                    AdvisoryLock.MAINTENANCE
                        .tryAcquireForSession(sql)
                        .compose(
                            free ->
                                MaintenanceJob.prune(
                                    postgres.database(), SHORT_RETENTION, now, removal -> {})));

    assertThat(await(other)).isFalse();
    assertThat(fixture.partitionNames()).hasSize(28);
  }

  @Test
  void open_always_registersMetricsAndHealth() {
    var node =
        AggregatorFixture.node(postgres.vertx(), () -> Instant.parse("2028-03-01T00:00:00Z"));
    fixture.createPartitions(LocalDate.of(2028, 1, 1));
    var job =
        MaintenanceJob.open(
            postgres.vertx(), MaintenanceConfig.DEFAULTS, node, postgres.database());
    await(job.run());

    assertThat(node.health().report()).containsEntry("upkeep", Optional.empty());
    assertThat(node.meterRegistry().scrape())
        .contains("muster_aggregator_upkeep_runs_total 1.0")
        .contains("muster_aggregator_upkeep_failed_total 0.0")
        .contains("muster_aggregator_partitions_dropped_total 22.0")
        .contains("muster_aggregator_upkeep_finished_seconds 1.835")
        .containsPattern("muster_aggregator_history_bytes\\{table=\"client_hour\"} [1-9]");
  }

  private List<Removal> prune(Retention retention, String now) {
    var removals = new ArrayList<Removal>();
    assertThat(
            await(
                MaintenanceJob.prune(
                    postgres.database(), retention, Instant.parse(now), removals::add)))
        .isTrue();
    return removals;
  }

  private MaintenanceJob newJob(Instant now) {
    return new MaintenanceJob(
        postgres.vertx(),
        MaintenanceConfig.DEFAULTS,
        () -> now,
        postgres.database(),
        new MaintenanceMetrics(new SimpleMeterRegistry()));
  }

  private void insertDevice(int client, String uuid, String updatedAt) {
    fixture
        .history()
        .query(
            "INSERT INTO device (client_ref, device_uuid, device_index, name, updated_at) VALUES (%d, '%s', 0, 'H200', '%s')"
                .formatted(client, uuid, updatedAt));
  }

  private static List<String> hourTables(List<Removal> removals) {
    return removals.stream().map(Removal::table).filter(name -> name.contains("_hour_")).toList();
  }
}
