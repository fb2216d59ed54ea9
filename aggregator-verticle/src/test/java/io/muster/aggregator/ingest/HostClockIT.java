package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.heartbeat;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.HistoryFixture;
import io.muster.runtime.database.Database;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Heartbeats of hosts whose clocks are wrong. Times are those of the server. */
class HostClockIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private HistoryFixture fixture;
  private Database second;
  private PostgresHeartbeatStore store;
  private String client;

  @BeforeEach
  void open() {
    fixture = new HistoryFixture(postgres.database());
    second = postgres.open(postgres.vertx(), () -> NOON);
    await(second.whenReady());
    store = StoreFixture.newStore(postgres.database(), () -> NOON);
    client = fixture.insertClient();
  }

  @AfterEach
  void close() {
    await(second.close());
  }

  @Test
  void store_clockIsAnHourBehind_instantsAreThoseOfTheServer() {
    assertThat(store(ofHours(1), NOON, NOON.minusSeconds(10)))
        .isEqualTo(new HeartbeatReceipt(2, 0, 0));

    assertThat(instants()).containsExactly(instantRow(NOON.minusSeconds(10)), instantRow(NOON));
    assertThat(offsets()).containsExactly("[3600000]");
  }

  @Test
  void store_clockIsYearsAhead_instantsAreThoseOfTheServer() {
    store(ofHours(-40_000), NOON);

    assertThat(instants()).containsExactly(instantRow(NOON));
    assertThat(fixture.clientRows(client, "last_ts, last_seen", "client_state"))
        .containsExactly(
            "[" + NOON.atOffset(ZoneOffset.UTC) + ", " + NOON.atOffset(ZoneOffset.UTC) + "]");
  }

  @Test
  void store_clockIsWrongAndThenCorrected_isOneBeginAndOneEnd() {
    store(ofHours(1), NOON.minusSeconds(30));
    store(ofHours(1), NOON.minusSeconds(20));
    store(ofHours(2), NOON.minusSeconds(10));
    store(ofSeconds(0), NOON);
    store(ofSeconds(0), NOON);

    assertThat(
            fixture.clientRows(
                client, "id - min(id) OVER (), since IS NULL, kind, readings", "fleet_event"))
        .containsExactly(
            "[0, true, clock_skew, {\"offset_milliseconds\":3600000}]",
            "[1, false, clock_skew, null]");
  }

  @Test
  void store_offsetOfTwoSeconds_isIgnored() {
    store(ofSeconds(2), NOON);
    store(ofSeconds(-2), NOON.minusSeconds(20));

    assertThat(offsets()).isEmpty();
    assertThat(instants())
        .containsExactly(instantRow(NOON.minusSeconds(18)), instantRow(NOON.minusSeconds(2)));
  }

  @Test
  void store_offsetChangesByFiveSeconds_keepsTheStoredOffset() {
    store(ofSeconds(60), NOON.minusSeconds(60));
    store(ofSeconds(65), NOON.minusSeconds(50));
    assertThat(offsets()).containsExactly("[60000]");

    store(ofMillis(65_001), NOON.minusSeconds(40));
    assertThat(offsets()).containsExactly("[65001]");
    assertThat(instants())
        .containsExactly(
            instantRow(NOON.minusSeconds(60)),
            instantRow(NOON.minusSeconds(55)),
            instantRow(NOON.minusSeconds(40)));
  }

  @Test
  void store_clockIsCorrectAgain_deletesTheOffset() {
    store(ofHours(1), NOON.minusSeconds(60));
    store(ofMillis(1500), NOON.minusSeconds(40));

    assertThat(offsets()).isEmpty();
    store(Duration.ZERO, NOON);
    assertThat(instants()).last().isEqualTo(instantRow(NOON));
  }

  @Test
  void store_withoutSentAt_keepsInstantsAndOffset() {
    store(ofHours(1), NOON.minusSeconds(60));
    var plain = HistoryFixture.batch(client, heartbeat(NOON.minusSeconds(30)));
    await(store.store(StoreFixture.receivedBatches(NOON, List.of(plain))));

    assertThat(offsets()).containsExactly("[3600000]");
    assertThat(instants())
        .containsExactly(instantRow(NOON.minusSeconds(60)), instantRow(NOON.minusSeconds(30)));
  }

  @Test
  void store_sameBatchAgainALittleLater_isADuplicate() {
    var sent = batchWithClockBehind(ofHours(1), NOON);
    await(store.store(StoreFixture.receivedBatches(NOON, List.of(sent))));

    var again =
        await(store.store(StoreFixture.receivedBatches(NOON.plusSeconds(4), List.of(sent))));
    assertThat(again.receipts()).containsEntry(client, new HeartbeatReceipt(0, 1, 0));
  }

  @Test
  void store_implausibleSendTime_doesNotAffectOthers() {
    var otherClient = fixture.insertClient();
    for (var sentAt : List.of(Long.MIN_VALUE, -1L, Long.MAX_VALUE)) {
      var batch = new HeartbeatBatch(client, OptionalLong.of(sentAt), List.of(heartbeat(NOON)));
      var result =
          await(
              store.store(
                  StoreFixture.receivedBatches(
                      NOON, List.of(batch, HistoryFixture.batch(otherClient, heartbeat(NOON))))));
      assertThat(result.receipts().get(client)).isEqualTo(new HeartbeatReceipt(0, 0, 1));
      assertThat(result.receipts()).containsKey(otherClient);
    }
  }

  @Test
  void store_oneClockChanged_othersOfTheBatchAreStoredToo() {
    var others = fixture.insertClients(5);
    var batches =
        others.stream().map(other -> HistoryFixture.batch(other, heartbeat(NOON))).toList();
    var all = new ArrayList<>(batches);
    all.add(2, batchWithClockBehind(ofHours(1), NOON));

    var result = await(store.store(StoreFixture.receivedBatches(NOON, all)));

    assertThat(result.receipts()).hasSize(6).containsValue(new HeartbeatReceipt(1, 0, 0));
    assertThat(result.skippedClients()).isEmpty();
    assertThat(instants()).containsExactly(instantRow(NOON));
  }

  @RepeatedTest(5)
  void store_twoAggregatorsMeasureDifferently_agreeOnTheInstants() {
    var clients = fixture.insertClients(20);
    var batches =
        clients.stream()
            .map(
                clientId -> batchWithClockBehind(clientId, ofHours(1), NOON, NOON.minusSeconds(10)))
            .toList();
    var other = StoreFixture.newStore(second, () -> NOON);

    var stores =
        IntStream.range(0, 2)
            .mapToObj(
                turn ->
                    List.of(
                        store.store(StoreFixture.receivedBatches(NOON.plusMillis(17), batches)),
                        other.store(StoreFixture.receivedBatches(NOON.plusMillis(1234), batches))))
            .flatMap(List::stream)
            .toList();
    await(Future.all(stores));

    for (var clientId : clients) {
      assertThat(fixture.clientRows(clientId, "n", "client_hour"))
          .allMatch("[1]"::equals)
          .hasSize(2);
      assertThat(fixture.clientRows(clientId, "ts", "heartbeat")).hasSize(2);
    }
  }

  private HeartbeatReceipt store(Duration clockBehind, Instant... instants) {
    var result =
        await(
            store.store(
                StoreFixture.receivedBatches(
                    NOON, List.of(batchWithClockBehind(clockBehind, instants)))));
    var receipt = result.receipts().get(client);
    assertThat(receipt).isNotNull();
    return receipt;
  }

  private HeartbeatBatch batchWithClockBehind(Duration clockBehind, Instant... instants) {
    return batchWithClockBehind(client, clockBehind, instants);
  }

  /** Returns the batch that a host with a clock that is behind sends at noon. */
  private static HeartbeatBatch batchWithClockBehind(
      String client, Duration clockBehind, Instant... instants) {
    List<Heartbeat> heartbeats =
        Arrays.stream(instants).map(at -> heartbeat(at.minus(clockBehind))).toList();
    return new HeartbeatBatch(
        client, OptionalLong.of(NOON.minus(clockBehind).toEpochMilli()), heartbeats);
  }

  private List<String> instants() {
    return fixture.clientRows(client, "ts", "heartbeat");
  }

  private List<String> offsets() {
    return fixture.clientRows(client, "offset_ms", "client_clock");
  }

  private static String instantRow(Instant instant) {
    return "[" + instant.atOffset(ZoneOffset.UTC) + "]";
  }
}
