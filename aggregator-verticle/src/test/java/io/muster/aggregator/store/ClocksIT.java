package io.muster.aggregator.store;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.aggregator.History.beat;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.History;
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

/** Hosts whose clocks are wrong. Times are those of the server. */
class ClocksIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private History history;
  private Database second;
  private PostgresHeartbeatStore store;
  private String client;

  @BeforeEach
  void open() {
    history = new History(postgres.database());
    second = postgres.open(postgres.vertx(), () -> NOON);
    await(second.whenReady());
    store = Stores.on(postgres.database(), () -> NOON);
    client = history.client();
  }

  @AfterEach
  void close() {
    await(second.close());
  }

  @Test
  void store_clockIsAnHourBehind_instantsAreThoseOfTheServer() {
    assertThat(store(ofHours(1), NOON, NOON.minusSeconds(10)))
        .isEqualTo(new HeartbeatReceipt(2, 0, 0));

    assertThat(instants()).containsExactly(at(NOON.minusSeconds(10)), at(NOON));
    assertThat(offsets()).containsExactly("[3600000]");
  }

  @Test
  void store_clockIsYearsAhead_instantsAreThoseOfTheServer() {
    store(ofHours(-40_000), NOON);

    assertThat(instants()).containsExactly(at(NOON));
    assertThat(history.of(client, "last_ts, last_seen", "client_state"))
        .containsExactly(
            "[" + NOON.atOffset(ZoneOffset.UTC) + ", " + NOON.atOffset(ZoneOffset.UTC) + "]");
  }

  @Test
  void store_offsetOfTwoSeconds_isNone() {
    store(ofSeconds(2), NOON);
    store(ofSeconds(-2), NOON.minusSeconds(20));

    assertThat(offsets()).isEmpty();
    assertThat(instants()).containsExactly(at(NOON.minusSeconds(18)), at(NOON.minusSeconds(2)));
  }

  @Test
  void store_offsetMovesByFiveSeconds_staysAsItWas() {
    store(ofSeconds(60), NOON.minusSeconds(60));
    store(ofSeconds(65), NOON.minusSeconds(50));
    assertThat(offsets()).containsExactly("[60000]");

    store(ofMillis(65_001), NOON.minusSeconds(40));
    assertThat(offsets()).containsExactly("[65001]");
    assertThat(instants())
        .containsExactly(
            at(NOON.minusSeconds(60)), at(NOON.minusSeconds(55)), at(NOON.minusSeconds(40)));
  }

  @Test
  void store_clockIsRightAgain_isForgotten() {
    store(ofHours(1), NOON.minusSeconds(60));
    store(ofMillis(1500), NOON.minusSeconds(40));

    assertThat(offsets()).isEmpty();
    store(Duration.ZERO, NOON);
    assertThat(instants()).last().isEqualTo(at(NOON));
  }

  @Test
  void store_withoutSentAt_isTakenAsItIsAndLeavesTheClock() {
    store(ofHours(1), NOON.minusSeconds(60));
    var plain = History.batch(client, beat(NOON.minusSeconds(30)));
    await(store.store(Stores.arrivals(NOON, List.of(plain))));

    assertThat(offsets()).containsExactly("[3600000]");
    assertThat(instants()).containsExactly(at(NOON.minusSeconds(60)), at(NOON.minusSeconds(30)));
  }

  @Test
  void store_sameBatchAgainALittleLater_isADuplicate() {
    var sent = sent(ofHours(1), NOON);
    await(store.store(Stores.arrivals(NOON, List.of(sent))));

    var again = await(store.store(Stores.arrivals(NOON.plusSeconds(4), List.of(sent))));
    assertThat(again.receipts()).containsEntry(client, new HeartbeatReceipt(0, 1, 0));
  }

  @Test
  void store_absurdSendTime_harmsNobody() {
    var bystander = history.client();
    for (var sentAt : List.of(Long.MIN_VALUE, -1L, Long.MAX_VALUE)) {
      var batch = new HeartbeatBatch(client, OptionalLong.of(sentAt), List.of(beat(NOON)));
      var stored =
          await(
              store.store(
                  Stores.arrivals(NOON, List.of(batch, History.batch(bystander, beat(NOON))))));
      assertThat(stored.receipts().get(client)).isEqualTo(new HeartbeatReceipt(0, 0, 1));
      assertThat(stored.receipts()).containsKey(bystander);
    }
  }

  @Test
  void store_oneClockMoved_othersOfTheBatchAreStoredToo() {
    var others = history.clients(5);
    var batches = others.stream().map(other -> History.batch(other, beat(NOON))).toList();
    var all = new ArrayList<>(batches);
    all.add(2, sent(ofHours(1), NOON));

    var stored = await(store.store(Stores.arrivals(NOON, all)));

    assertThat(stored.receipts()).hasSize(6).containsValue(new HeartbeatReceipt(1, 0, 0));
    assertThat(stored.left()).isEmpty();
    assertThat(instants()).containsExactly(at(NOON));
  }

  @RepeatedTest(5)
  void store_twoAggregatorsMeasureDifferently_agreeOnTheInstants() {
    var clients = history.clients(20);
    var batches =
        clients.stream().map(one -> sent(one, ofHours(1), NOON, NOON.minusSeconds(10))).toList();
    var other = Stores.on(second, () -> NOON);

    var both =
        IntStream.range(0, 2)
            .mapToObj(
                turn ->
                    List.of(
                        store.store(Stores.arrivals(NOON.plusMillis(17), batches)),
                        other.store(Stores.arrivals(NOON.plusMillis(1234), batches))))
            .flatMap(List::stream)
            .toList();
    await(Future.all(both));

    for (var one : clients) {
      assertThat(history.of(one, "n", "client_hour")).allMatch("[1]"::equals).hasSize(2);
      assertThat(history.of(one, "ts", "heartbeat")).hasSize(2);
    }
  }

  private HeartbeatReceipt store(Duration behind, Instant... instants) {
    var stored = await(store.store(Stores.arrivals(NOON, List.of(sent(behind, instants)))));
    var receipt = stored.receipts().get(client);
    assertThat(receipt).isNotNull();
    return receipt;
  }

  private HeartbeatBatch sent(Duration behind, Instant... instants) {
    return sent(client, behind, instants);
  }

  /** What a host sends at noon whose clock is behind. */
  private static HeartbeatBatch sent(String client, Duration behind, Instant... instants) {
    List<Heartbeat> beats = Arrays.stream(instants).map(at -> beat(at.minus(behind))).toList();
    return new HeartbeatBatch(client, OptionalLong.of(NOON.minus(behind).toEpochMilli()), beats);
  }

  private List<String> instants() {
    return history.of(client, "ts", "heartbeat");
  }

  private List<String> offsets() {
    return history.of(client, "offset_ms", "client_clock");
  }

  private static String at(Instant instant) {
    return "[" + instant.atOffset(ZoneOffset.UTC) + "]";
  }
}
