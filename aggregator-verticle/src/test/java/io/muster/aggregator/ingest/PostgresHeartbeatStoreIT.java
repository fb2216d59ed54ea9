package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static io.muster.aggregator.HistoryFixture.heartbeat;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.HistoryFixture;
import io.muster.bus.FleetException;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresHeartbeatStoreIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant MIDNIGHT = NOON.minus(ofHours(12));

  private Instant now = NOON;
  private HistoryFixture fixture;
  private PostgresHeartbeatStore store;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    store = StoreFixture.newStore(postgres.database(), () -> now);
  }

  @Test
  void store_batchOfSeveralClients_countsEachSeparately() {
    var clients = fixture.insertClients(4);
    fixture.setColumn(clients.get(3), "valid_status", "'invalid'");
    var unregistered = UUID.randomUUID().toString().replace("-", "");
    var before = fixture.heartbeatCount();

    var receipts =
        store(
            batch(clients.get(0), NOON, NOON.minusSeconds(10), NOON.minusSeconds(20)),
            batch(clients.get(1), NOON, NOON, NOON.minusSeconds(10)),
            batch(
                clients.get(2),
                oldestStorableAt(),
                oldestStorableAt().minusMillis(1),
                serverTimePlus(60_000),
                serverTimePlus(60_001)),
            batch(clients.get(3), NOON),
            batch(unregistered, NOON));

    assertThat(receipts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                clients.get(0), new HeartbeatReceipt(3, 0, 0),
                clients.get(1), new HeartbeatReceipt(2, 1, 0),
                clients.get(2), new HeartbeatReceipt(2, 0, 2)));
    assertThat(fixture.heartbeatCount() - before).isEqualTo(7);
  }

  @Test
  void store_sameBatchAgain_countsDuplicatesAndChangesNothing() {
    var client = fixture.insertClient();
    var sent = batch(client, NOON, NOON.minusSeconds(10), NOON.minus(ofHours(30)));
    store(sent);
    var before = fixture.allRows(client);
    now = NOON.plusSeconds(90);

    assertThat(store(sent)).containsEntry(client, new HeartbeatReceipt(0, 3, 0));
    assertThat(fixture.allRows(client)).isEqualTo(before);
  }

  @Test
  void store_heartbeatNewerThanStateExists_countsADuplicate() {
    var client = fixture.insertClient();
    fixture.query(
        "INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down)"
            + " SELECT client_ref, $2, 1, 1, 1, 1, 1 FROM client WHERE client_id = $1",
        ClientId.toUuid(client),
        NOON.atOffset(ZoneOffset.UTC));

    assertThat(store(batch(client, NOON, NOON.minusSeconds(10))))
        .containsEntry(client, new HeartbeatReceipt(1, 1, 0));
    assertThat(fixture.clientRows(client, "sum(n)", "client_hour")).containsExactly("[1]");
  }

  @Test
  void store_lateHeartbeats_goIntoTheirOwnHoursAndSlots() {
    var client = fixture.insertClient();
    var yesterday = MIDNIGHT.minusMillis(1);
    store(batch(client, heartbeat(NOON), heartbeat(NOON.plusSeconds(1))));
    store(batch(client, heartbeat(MIDNIGHT), heartbeat(yesterday), heartbeat(NOON.minusMillis(1))));
    store(batch(client, heartbeat(NOON.minus(ofMinutes(14)))));

    assertThat(
            fixture.clientRows(
                client, "hour, n, cpu_sum, mem_sum, disk_sum, net_up", "client_hour"))
        .containsExactly(
            hourRow(MIDNIGHT.minus(ofHours(1)), "1, 10, 20, 30, 1000"),
            hourRow(MIDNIGHT, "1, 10, 20, 30, 1000"),
            hourRow(NOON.minus(ofHours(1)), "2, 20, 40, 60, 2000"),
            hourRow(NOON, "2, 20, 40, 60, 2000"));
    assertThat(fixture.clientRows(client, "hour, slot_mask", "client_hour"))
        .containsExactly(
            hourRow(MIDNIGHT.minus(ofHours(1)), "" + (1 << 29)),
            hourRow(MIDNIGHT, "1"),
            hourRow(NOON.minus(ofHours(1)), "" + (1 << 29 | 1 << 23)),
            hourRow(NOON, "1"));
  }

  @Test
  void store_everyAcceptedInstant_hasAPartition() {
    var client = fixture.insertClient();
    now = MIDNIGHT.plus(ofDays(1)).minusMillis(1);
    var days =
        IntStream.rangeClosed(0, Partitions.MAX_LATE_DAYS)
            .mapToObj(day -> oldestStorableAt().plus(ofDays(day)));
    var instants = Stream.concat(days, Stream.of(serverTimePlus(60_000)));

    var receipt = store(batch(client, instants.toArray(Instant[]::new))).get(client);

    assertThat(receipt).isEqualTo(new HeartbeatReceipt(Partitions.MAX_LATE_DAYS + 2, 0, 0));
  }

  @Test
  void store_noPartitionForAnInstantInRange_failsAndStoresNothing() {
    var client = fixture.insertClient();
    now = NOON.plus(ofDays(Partitions.DAYS_AHEAD + 1));

    assertThatThrownBy(() -> store(batch(client, now, now.minusSeconds(10))))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("no partition");
    assertThat(fixture.allRows(client)).isEmpty();
  }

  @Test
  void store_implausibleInstants_areOutOfRange() {
    var client = fixture.insertClient();
    var instants =
        List.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE, 253_402_300_800_000L).stream()
            .map(at -> new Heartbeat(at, 1, 1, 1, 1, 1, Optional.empty()))
            .toList();

    assertThat(store(batch(client, instants))).containsEntry(client, new HeartbeatReceipt(0, 0, 5));
  }

  @Test
  void store_olderHeartbeat_doesNotChangeTheState() {
    var client = fixture.insertClient();
    store(batch(client, new Heartbeat(NOON.toEpochMilli(), 90, 91, 92, 93, 94, Optional.empty())));
    store(batch(client, NOON.minusSeconds(1)));

    assertThat(fixture.clientRows(client, "cpu, mem, disk", "client_state"))
        .containsExactly("[90, 91, 92]");
  }

  @Test
  void store_backlogOfANewClient_doesNotShowItOnline() {
    var client = fixture.insertClient();
    store(batch(client, NOON.minus(ofMinutes(10)), NOON.minus(ofMinutes(5))));

    assertThat(lastSeen(client)).isEqualTo(instantRow(NOON.minus(ofMinutes(5))));
  }

  @Test
  void store_backlogOfAnOnlineClient_doesNotMoveLastSeen() {
    var client = fixture.insertClient();
    store(batch(client, NOON.minusSeconds(1)));
    now = NOON.plus(ofMinutes(20));
    store(batch(client, NOON.plus(ofMinutes(1)), NOON.minus(ofHours(1))));

    assertThat(lastSeen(client)).isEqualTo(instantRow(NOON.plus(ofMinutes(1))));
  }

  @Test
  void store_heartbeatOfTheLastFiveMinutes_movesLastSeenToNow() {
    var client = fixture.insertClient();
    store(batch(client, NOON.minus(ofMinutes(5)).plusMillis(1)));
    assertThat(lastSeen(client)).isEqualTo(instantRow(NOON));

    now = NOON.plusSeconds(30);
    store(batch(client, NOON.minus(ofMinutes(4))));
    assertThat(lastSeen(client)).isEqualTo(instantRow(now));
  }

  @Test
  void store_serverClockGoesBack_lastSeenDoesNot() {
    var client = fixture.insertClient();
    store(batch(client, NOON));
    now = NOON.minusSeconds(20);
    store(batch(client, NOON.plusSeconds(10)));

    assertThat(lastSeen(client)).isEqualTo(instantRow(NOON));
  }

  @Test
  void store_implausibleByteCounts_neitherFailNorOverflow() {
    var client = fixture.insertClient();
    var otherClient = fixture.insertClient();
    var huge = Heartbeat.MAX_NETWORK_BYTES;
    for (var thousand = 0; thousand < 10; thousand++) {
      var from = NOON.minusMillis(1000L * thousand + 1000).toEpochMilli();
      var heartbeats =
          IntStream.range(0, 1000)
              .mapToObj(i -> new Heartbeat(from + i, 1, 1, 1, huge, huge, Optional.empty()))
              .toList();
      var receipts =
          store(batch(client, heartbeats), batch(otherClient, NOON.minusSeconds(thousand)));
      assertThat(receipts).containsEntry(client, new HeartbeatReceipt(1000, 0, 0));
      assertThat(receipts).containsEntry(otherClient, new HeartbeatReceipt(1, 0, 0));
    }

    assertThat(fixture.clientRows(client, "n, t.net_up, t.net_down", "client_hour"))
        .containsExactly("[10000, 100000000000000000, 100000000000000000]");
  }

  private Map<String, HeartbeatReceipt> store(HeartbeatBatch... batches) {
    return await(store.store(StoreFixture.receivedBatches(now, List.of(batches)))).receipts();
  }

  private String lastSeen(String client) {
    return fixture.clientRows(client, "last_seen", "client_state").get(0);
  }

  private static String instantRow(Instant at) {
    return "[" + at.atOffset(ZoneOffset.UTC) + "]";
  }

  private static String hourRow(Instant at, String rest) {
    return "[" + at.atOffset(ZoneOffset.UTC) + ", " + rest + "]";
  }

  private Instant serverTimePlus(long millis) {
    return now.plus(ofMillis(millis));
  }

  private Instant oldestStorableAt() {
    return MIDNIGHT.minus(ofDays(Partitions.MAX_LATE_DAYS));
  }
}
