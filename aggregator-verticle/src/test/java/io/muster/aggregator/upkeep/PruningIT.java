package io.muster.aggregator.upkeep;

import static io.muster.aggregator.History.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.Roles;
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

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Retention SHORT =
      new Retention(Duration.ofDays(7), Duration.ofDays(31), Duration.ofDays(31));

  private static final String DETACH =
      "ALTER TABLE heartbeat DETACH PARTITION heartbeat_20280222 CONCURRENTLY";

  private final Beats beats = Beats.in(postgres.database());

  @BeforeEach
  @AfterEach
  void forget() {
    beats.forget();
  }

  @Test
  void prune_daysAroundALeapDay_dropsThoseThatEndedBeforeTheLimit() {
    beats.partitions(LocalDate.of(2028, 3, 4));

    assertThat(pruned(SHORT, "2028-03-07T23:59:59.999Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280226", "heartbeat_20280227", "heartbeat_20280228");
    assertThat(pruned(SHORT, "2028-03-08T00:00:00Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280229");
    assertThat(beats.tables())
        .filteredOn(name -> name.startsWith("heartbeat_"))
        .startsWith("heartbeat_20280301")
        .hasSize(7);
  }

  @Test
  void prune_months_dropsThoseThatLieWhollyBeforeTheLimit() {
    beats.partitions(LocalDate.of(2027, 12, 31));
    beats.partitions(LocalDate.of(2028, 2, 29));

    assertThat(hours(pruned(SHORT, "2028-01-31T23:59:59Z"))).isEmpty();
    assertThat(hours(pruned(SHORT, "2028-02-01T00:00:00Z")))
        .containsExactly("client_hour_202712", "device_hour_202712");
    assertThat(hours(pruned(SHORT, "2028-04-01T00:00:00Z")))
        .containsExactly(
            "client_hour_202801", "client_hour_202802", "device_hour_202801", "device_hour_202802");
  }

  @Test
  void prune_packs_goLikeRawDays() {
    beats.partitions(LocalDate.of(2028, 3, 4));
    var client = beats.client();
    var midnight = Instant.parse("2028-02-29T00:00:00Z");
    beats.store(client, Beats.everyTenSeconds(midnight, 1), new Random(1));
    var now = midnight.plus(Duration.ofDays(3));
    await(upkeep(now).run());
    assertThat(beats.tables()).contains("heartbeat_pack_20280229");

    assertThat(pruned(SHORT, "2028-03-08T00:00:00Z"))
        .extracting(Removal::table)
        .contains("heartbeat_20280229", "heartbeat_pack_20280229");
    assertThat(beats.all()).isEmpty();
  }

  @Test
  void prune_days_deletesRowsInBatches() {
    var client = beats.client();
    beats
        .history()
        .rows(
            "INSERT INTO client_day SELECT now(), 0, 0, %d + c, d::date, 1, 1, 1, 1, 1"
                    .formatted(client)
                + " FROM generate_series(0, 999) c, generate_series('2028-01-20'::date,"
                + " '2028-02-01', '1 day') d");

    var removed = pruned(SHORT, "2028-02-29T12:00:00Z");

    assertThat(removed)
        .containsExactly(new Removal("client_day", LocalDate.of(2028, 1, 29), 9_000, 0));
    assertThat(beats.history().row("SELECT min(day), count(*) FROM client_day"))
        .isEqualTo("[2028-01-29, 4000]");
    beats.history().rows("DELETE FROM client_day");
  }

  @Test
  void prune_devices_deletesThoseThatNobodyTellsOfAndNothingRefersTo() {
    var silent = beats.client();
    var live = beats.client();
    beats.partitions(LocalDate.of(2028, 2, 10));
    beats
        .history()
        .rows(
            "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen) VALUES (%d, '2027-12-01Z', '2028-01-01Z', now()), (%d, '2027-12-01Z', '2028-02-29Z', now())"
                .formatted(silent, live));
    device(silent, "gone", "2027-12-31Z");
    device(silent, "of the newest heartbeat", "2028-01-01Z");
    device(live, "replaced", "2028-01-28T23:59:59Z");
    device(live, "heard", "2028-01-29Z");
    device(live, "with hours", "2028-01-02Z");
    beats
        .history()
        .rows(
            "INSERT INTO device_hour (hour, temp_sum, power_sum, device_ref, n, usage_n, usage_sum,"
                + " mem_n, mem_sum, temp_n, power_n) SELECT '2028-02-05Z', 0, 0, device_ref, 1, 0,"
                + " 0, 0, 0, 0, 0 FROM device WHERE device_uuid = 'with hours'");

    pruned(SHORT, "2028-02-29T12:00:00Z");

    assertThat(beats.history().rows("SELECT device_uuid FROM device ORDER BY 1"))
        .containsExactly("[heard]", "[of the newest heartbeat]", "[with hours]");
  }

  @Test
  void plan_tellsWhatWouldGoAndChangesNothing() {
    beats.partitions(LocalDate.of(2028, 2, 29));
    var now = Instant.parse("2028-05-02T00:00:00Z");
    beats
        .history()
        .rows("INSERT INTO client_day SELECT now(), 0, 0, 1, '2028-01-01', 1, 1, 1, 1, 1");
    var before = beats.tables();

    var planned = await(Upkeep.plan(postgres.database(), SHORT, now));

    assertThat(beats.tables()).isEqualTo(before);
    assertThat(beats.count("client_day")).isEqualTo("[1]");
    assertThat(planned)
        .hasSize(before.size() + 1)
        .allMatch(removal -> removal.rows() + removal.bytes() > 0);
    assertThat(pruned(SHORT, now.toString()))
        .extracting(Removal::table)
        .containsExactlyElementsOf(planned.stream().map(Removal::table).toList());
    assertThat(beats.tables()).isEmpty();
  }

  @Test
  void prune_interruptedBefore_isFinished() {
    beats.partitions(LocalDate.of(2028, 2, 29));
    var begun =
        postgres
            .database()
            .withDedicatedConnection(
                LIMIT,
                reader ->
                    reader
                        .query("BEGIN; SELECT * FROM heartbeat")
                        .execute()
                        .compose(
                            reading ->
                                postgres
                                    .database()
                                    .withDedicatedConnection(
                                        LIMIT,
                                        sql ->
                                            sql.query("SET statement_timeout = 300")
                                                .execute()
                                                .compose(set -> sql.query(DETACH).execute()))
                                    .transform(ended -> Future.succeededFuture(ended.failed()))));
    assertThat(await(begun)).isTrue();
    assertThat(beats.held()).extracting(ExistingPartition::state).contains(State.DETACHING);

    assertThat(pruned(SHORT, "2028-03-02T00:00:00Z"))
        .extracting(Removal::table)
        .containsExactly("heartbeat_20280222", "heartbeat_20280223");
    assertThat(beats.held()).extracting(ExistingPartition::state).containsOnly(State.ATTACHED);
  }

  @Test
  void prune_whileOthersReadAndWrite_failsNobody() {
    var today = LocalDate.of(2028, 2, 29);
    beats.partitions(today);
    var clients = List.of(beats.client(), beats.client());
    var midnight = today.atStartOfDay(ZoneOffset.UTC).toInstant();
    for (var days = 0; days < 7; days++) {
      beats.store(clients.get(0), List.of(midnight.minus(Duration.ofDays(days))), new Random(1));
    }
    var pruning =
        Upkeep.prune(postgres.database(), SHORT, midnight.plus(Duration.ofDays(6)), gone -> {});
    var written = 0;
    while (!pruning.isComplete() || written < 20) {
      beats.store(clients.get(1), List.of(midnight.plusSeconds(++written)), new Random(2));
      assertThat(beats.all().size()).isBetween(written + 2, written + 7);
    }

    assertThat(await(pruning)).isTrue();
    assertThat(beats.all()).hasSize(written + 2);
  }

  @Test
  void prune_whileAnotherIsAtIt_doesNothing() {
    beats.partitions(LocalDate.of(2028, 2, 29));
    var now = Instant.parse("2028-05-01T00:00:00Z");
    var other =
        postgres
            .database()
            .withDedicatedConnection(
                LIMIT,
                sql ->
                    AdvisoryLock.MAINTENANCE
                        .tryAcquireForSession(sql)
                        .compose(
                            free -> Upkeep.prune(postgres.database(), SHORT, now, gone -> {})));

    assertThat(await(other)).isFalse();
    assertThat(beats.tables()).hasSize(15);
  }

  @Test
  void open_countsAndTellsOfItself() {
    var node = Roles.node(postgres.vertx(), () -> Instant.parse("2028-03-01T00:00:00Z"));
    beats.partitions(LocalDate.of(2028, 1, 1));
    var upkeep = Upkeep.open(postgres.vertx(), UpkeepConfig.USUAL, node, postgres.database());
    await(upkeep.run());

    assertThat(node.health().report()).containsEntry("upkeep", Optional.empty());
    assertThat(node.meterRegistry().scrape())
        .contains("muster_aggregator_upkeep_runs_total 1.0")
        .contains("muster_aggregator_upkeep_failed_total 0.0")
        .contains("muster_aggregator_partitions_dropped_total 11.0")
        .contains("muster_aggregator_upkeep_finished_seconds 1.835")
        .containsPattern("muster_aggregator_history_bytes\\{table=\"client_hour\"} [1-9]");
  }

  private List<Removal> pruned(Retention retention, String now) {
    var gone = new ArrayList<Removal>();
    assertThat(await(Upkeep.prune(postgres.database(), retention, Instant.parse(now), gone::add)))
        .isTrue();
    return gone;
  }

  private Upkeep upkeep(Instant now) {
    return new Upkeep(postgres.vertx(), UpkeepConfig.USUAL, () -> now, postgres.database());
  }

  private void device(int client, String uuid, String updatedAt) {
    beats
        .history()
        .rows(
            "INSERT INTO device (client_ref, device_uuid, device_index, name, updated_at) VALUES (%d, '%s', 0, 'H200', '%s')"
                .formatted(client, uuid, updatedAt));
  }

  private static List<String> hours(List<Removal> removals) {
    return removals.stream().map(Removal::table).filter(name -> name.contains("_hour_")).toList();
  }
}
