package io.muster.aggregator.store;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.aggregator.History.batch;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
import io.muster.bus.FleetException;
import io.muster.runtime.database.schema.AdvisoryLock;
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

/** Heartbeats of days that are over. */
class LateHeartbeatsIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));

  private History history;
  private PostgresHeartbeatStore store;
  private String client;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    store = Stores.on(postgres.database(), () -> NOON);
    client = history.client();
  }

  @Test
  void store_pastDay_isStale() {
    store(MIDNIGHT, MIDNIGHT.minusMillis(1), MIDNIGHT.minus(ofDays(3)));

    assertThat(history.of(client, "day", "client_day_stale"))
        .containsExactly(day(MIDNIGHT.minus(ofDays(3))), day(MIDNIGHT.minusMillis(1)));
  }

  @Test
  void store_onlyToday_leavesNoDayStale() {
    store(NOON, MIDNIGHT);

    assertThat(history.of(client, "day", "client_day_stale")).isEmpty();
  }

  @Test
  void store_duplicateOfAPastDay_leavesItFolded() {
    store(MIDNIGHT.minusMillis(1));
    history.rows("DELETE FROM client_day_stale");
    store(MIDNIGHT.minusMillis(1));

    assertThat(history.of(client, "day", "client_day_stale")).isEmpty();
  }

  @Test
  void store_dayIsBeingFolded_isStaleAgainAfterIt() {
    store(MIDNIGHT.minusSeconds(60));
    var folded =
        postgres
            .database()
            .withTransaction(
                fold ->
                    fold.query("DELETE FROM client_day_stale")
                        .execute()
                        .map(deleted -> stored(MIDNIGHT.minusSeconds(50))));
    await(await(folded));

    assertThat(history.of(client, "day", "client_day_stale")).hasSize(1);
  }

  @Test
  void store_olderThanAllBefore_isTheFirst() {
    store(NOON);
    store(MIDNIGHT.minus(ofDays(2)));

    assertThat(history.of(client, "first_ts, last_ts, last_seen", "client_state"))
        .containsExactly(
            "[%s, %s, %s]".formatted(utc(MIDNIGHT.minus(ofDays(2))), utc(NOON), utc(NOON)));
  }

  @Test
  void store_heartbeatThatIsPacked_isADuplicate() {
    var hour = MIDNIGHT.minus(ofDays(2));
    packed(hour, 0, 10_000, 3_599_999);

    assertThat(
            store(
                hour,
                hour.plusMillis(10_000),
                hour.plusMillis(10_001),
                hour.plusMillis(3_599_999),
                hour.plusMillis(3_600_000)))
        .isEqualTo(new HeartbeatReceipt(2, 3, 0));
    assertThat(history.of(client, "ts", "heartbeat"))
        .containsExactly(
            "[" + utc(hour.plusMillis(10_001)) + "]", "[" + utc(hour.plusMillis(3_600_000)) + "]");
    assertThat(history.of(client, "sum(n)", "client_hour")).containsExactly("[2]");
  }

  @Test
  void store_packOfAnotherClient_doesNotCount() {
    var hour = MIDNIGHT.minus(ofDays(2));
    packed(hour, 0);
    client = history.client();

    assertThat(store(hour)).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_whileADayIsPacked_leavesTheLateAndStoresTheOthers() {
    var present = history.client();
    var late = batch(client, MIDNIGHT.minus(ofDays(2)));
    var outcome =
        postgres
            .database()
            .withTransaction(
                packing ->
                    AdvisoryLock.COMPACTION
                        .acquire(packing)
                        .compose(
                            locked ->
                                store.store(
                                    Stores.arrivals(NOON, List.of(late, batch(present, NOON))))));

    var stored = await(outcome);
    assertThat(stored.receipts()).containsOnlyKeys(present);
    assertThat(stored.left()).containsExactly(client);
    assertThat(stored.reason())
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
  void store_aDayWasDroppedMeanwhile_isOutOfRange() {
    var oldest = MIDNIGHT.minus(ofDays(Partitions.MAX_LATE_DAYS));
    store(oldest); // Now the store has learnt that there is a place for it.
    history.rows("DROP TABLE " + Partitions.heartbeatTable(date(oldest)));
    try {
      assertThat(store(oldest.plusSeconds(1), oldest.plus(ofDays(1)), NOON))
          .isEqualTo(new HeartbeatReceipt(2, 0, 1));
    } finally {
      await(
          postgres
              .database()
              .withConnection(connection -> Partitions.createMissing(connection, date(NOON))));
    }
  }

  /** As the packing leaves it. */
  private void packed(Instant hour, Integer... millis) {
    var from = hour.truncatedTo(ChronoUnit.DAYS);
    history.rows(
        "CREATE TABLE IF NOT EXISTS pack_of_the_test PARTITION OF heartbeat_pack FOR VALUES"
            + " FROM ('%s') TO ('%s')".formatted(utc(from), utc(from.plus(ofDays(1)))));
    history.rows(
        """
        INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down, gpu_flags)
        SELECT $2, client_ref, $3, '{}', '{}', '{}', '{}', '{}', '{}' FROM client WHERE client_id = $1\
        """,
        ClientId.toUuid(client),
        hour.atOffset(ZoneOffset.UTC),
        millis);
  }

  private HeartbeatReceipt store(Instant... instants) {
    var receipt = await(stored(instants)).receipts().get(client);
    assertThat(receipt).isNotNull();
    return receipt;
  }

  private Future<Stored> stored(Instant... instants) {
    return store.store(Stores.arrivals(NOON, List.of(batch(client, instants))));
  }

  private static LocalDate date(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static String day(Instant at) {
    return "[" + date(at) + "]";
  }

  private static String utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toString();
  }
}
