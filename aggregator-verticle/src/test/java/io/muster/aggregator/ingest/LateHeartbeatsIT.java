package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.bus.FleetException;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Heartbeats of past days. */
class LateHeartbeatsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));

  private HistoryFixture fixture;
  private PostgresHeartbeatStore store;
  private String client;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    store = StoreFixture.newStore(postgres.database(), () -> NOON);
    client = fixture.insertClient();
  }

  @Test
  void store_pastDay_isStale() {
    store(MIDNIGHT, MIDNIGHT.minusMillis(1), MIDNIGHT.minus(ofDays(3)));

    assertThat(fixture.clientRows(client, "day", "client_day_stale"))
        .containsExactly(dayRow(MIDNIGHT.minus(ofDays(3))), dayRow(MIDNIGHT.minusMillis(1)));
  }

  @Test
  void store_onlyToday_leavesNoDayStale() {
    store(NOON, MIDNIGHT);

    assertThat(fixture.clientRows(client, "day", "client_day_stale")).isEmpty();
  }

  @Test
  void store_duplicateOfAPastDay_doesNotMakeItStale() {
    store(MIDNIGHT.minusMillis(1));
    fixture.query("DELETE FROM client_day_stale");
    store(MIDNIGHT.minusMillis(1));

    assertThat(fixture.clientRows(client, "day", "client_day_stale")).isEmpty();
  }

  @Test
  void store_dayIsBeingRolledUp_isStaleAgainAfterwards() {
    store(MIDNIGHT.minusSeconds(60));
    var submitted =
        postgres
            .database()
            .withTransaction(
                transaction ->
                    transaction
                        .query("DELETE FROM client_day_stale")
                        .execute()
                        .map(deleted -> submit(MIDNIGHT.minusSeconds(50))));
    await(await(submitted));

    assertThat(fixture.clientRows(client, "day", "client_day_stale")).hasSize(1);
  }

  @Test
  void store_olderThanAllBefore_isTheFirst() {
    store(NOON);
    store(MIDNIGHT.minus(ofDays(2)));

    assertThat(fixture.clientRows(client, "first_ts, last_ts, last_seen", "client_state"))
        .containsExactly(
            "[%s, %s, %s]".formatted(utc(MIDNIGHT.minus(ofDays(2))), utc(NOON), utc(NOON)));
  }

  @Test
  void store_compactedHeartbeat_isADuplicate() {
    var hour = MIDNIGHT.minus(ofDays(2));
    insertPack(hour, 0, 10_000, 3_599_999);

    assertThat(
            store(
                hour,
                hour.plusMillis(10_000),
                hour.plusMillis(10_001),
                hour.plusMillis(3_599_999),
                hour.plusMillis(3_600_000)))
        .isEqualTo(new HeartbeatReceipt(2, 3, 0));
    assertThat(fixture.clientRows(client, "ts", "heartbeat"))
        .containsExactly(
            "[" + utc(hour.plusMillis(10_001)) + "]", "[" + utc(hour.plusMillis(3_600_000)) + "]");
    assertThat(fixture.clientRows(client, "sum(n)", "client_hour")).containsExactly("[2]");
  }

  @Test
  void store_hourWithoutExtremes_getsNone() {
    fixture.insertHours(client, MIDNIGHT, 1, 1);

    store(MIDNIGHT.plusMillis(1));

    assertThat(
            fixture.clientRows(
                client, "n, cpu_min, cpu_max, mem_min, mem_max, disk_min, disk_max", "client_hour"))
        .containsExactly("[13, null, null, null, null, null, null]");
  }

  @Test
  void store_packOfAnotherClient_doesNotCount() {
    var hour = MIDNIGHT.minus(ofDays(2));
    insertPack(hour, 0);
    client = fixture.insertClient();

    assertThat(store(hour)).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_duringCompaction_skipsLateAndStoresOthers() {
    var present = fixture.insertClient();
    var late = batch(client, MIDNIGHT.minus(ofDays(2)));
    var pendingResult =
        postgres
            .database()
            .withTransaction(
                transaction ->
                    AdvisoryLock.COMPACTION
                        .acquire(transaction)
                        .compose(
                            locked ->
                                store.store(
                                    StoreFixture.receivedBatches(
                                        NOON, List.of(late, batch(present, NOON))))));

    var result = await(pendingResult);
    assertThat(result.receipts()).containsOnlyKeys(present);
    assertThat(result.skippedClients()).containsExactly(client);
    assertThat(result.skipReason())
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isInstanceOfSatisfying(
                        FleetException.class,
                        failure ->
                            assertThat(failure.code()).isEqualTo(FleetException.Code.UNAVAILABLE)));
    assertThat(store(MIDNIGHT.minus(ofDays(2)))).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_dayDroppedMeanwhile_isOutOfRange() {
    var oldest = MIDNIGHT.minus(ofDays(Partitions.MAX_LATE_DAYS));
    store(oldest); // The store has now cached the oldest partition.
    fixture.query("DROP TABLE " + PartitionedTable.HEARTBEAT.partitionName(utcDay(oldest)));
    try {
      assertThat(store(oldest.plusSeconds(1), oldest.plus(ofDays(1)), NOON))
          .isEqualTo(new HeartbeatReceipt(2, 0, 1));
    } finally {
      await(
          postgres
              .database()
              .withConnection(connection -> Partitions.createMissing(connection, utcDay(NOON))));
    }
  }

  /** Inserts a pack as the compaction does. */
  private void insertPack(Instant hour, Integer... millis) {
    var from = hour.truncatedTo(ChronoUnit.DAYS);
    fixture.query(
        "CREATE TABLE IF NOT EXISTS pack_of_the_test PARTITION OF heartbeat_pack FOR VALUES"
            + " FROM ('%s') TO ('%s')".formatted(utc(from), utc(from.plus(ofDays(1)))));
    fixture.query(
        """
        INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down, gpu_flags)
        SELECT $2, client_ref, $3, '{}', '{}', '{}', '{}', '{}', '{}' FROM client WHERE client_id = $1\
        """,
        ClientId.toUuid(client),
        hour.atOffset(ZoneOffset.UTC),
        millis);
  }

  private HeartbeatReceipt store(Instant... instants) {
    var receipt = await(submit(instants)).receipts().get(client);
    assertThat(receipt).isNotNull();
    return receipt;
  }

  private Future<StoreResult> submit(Instant... instants) {
    return store.store(StoreFixture.receivedBatches(NOON, List.of(batch(client, instants))));
  }

  private static LocalDate utcDay(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static String dayRow(Instant at) {
    return "[" + utcDay(at) + "]";
  }

  private static String utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toString();
  }
}
