package io.muster.aggregator.ingest;

import static io.muster.aggregator.History.NOON;
import static io.muster.aggregator.History.await;
import static io.muster.aggregator.History.batch;
import static io.muster.aggregator.History.device;
import static io.muster.aggregator.store.Stores.beats;
import static io.muster.aggregator.store.Stores.devices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.History;
import io.muster.aggregator.store.HeartbeatStore;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.node.Clocks;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class HeartbeatIntakeTest {
  private static final String A = "a".repeat(32);
  private static final String B = "b".repeat(32);
  private static final String C = "c".repeat(32);
  private static final Duration LONG = Duration.ofMinutes(10);

  private static Vertx vertx;

  private final AtomicLong nanos = new AtomicLong();
  private final FakeStore store = new FakeStore();
  private Instant now = NOON;
  private Context context;
  private HeartbeatIntake intake;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    await(vertx.close());
  }

  @BeforeEach
  void open() {
    context = vertx.getOrCreateContext();
    intake = intake(new IngestConfig(10, LONG, 100), store);
  }

  @AfterEach
  void everyHeartbeatIsCountedOnce() {
    var counts = intake.counts();
    var ended =
        counts.accepted()
            + counts.duplicate()
            + counts.outOfRange()
            + counts.unknown()
            + counts.refused()
            + counts.failed();
    assertThat(counts.received()).isEqualTo(ended + counts.held());
  }

  @Test
  void store_enoughHeartbeats_writesThemTogetherAtOnce() {
    var first = send(A, 4);
    assertThat(on(store::open)).isZero();
    var second = send(B, 6);

    commit();
    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(4, 0, 0));
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(6, 0, 0));
    assertThat(on(store::clients)).containsExactly(List.of(A, B));
    assertThat(intake.counts().held()).isZero();
  }

  @Test
  void store_fewHeartbeats_writesThemAfterTheWait() {
    var wait = Duration.ofMillis(30);
    intake = intake(new IngestConfig(10, wait, 100), store);
    nanos.set(wait.toNanos()); // They are not older than this when they come.
    var receipt = send(A, 1);
    nanos.addAndGet(wait.toNanos());

    await(store.written());
    commit();
    assertThat(await(receipt)).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_whileTwoWritesAreUnderWay_waitsForTheEndOfOne() {
    send(A, 10);
    send(B, 10);
    send(C, 10);
    assertThat(on(store::open)).isEqualTo(2);

    commit();
    assertThat(on(store::open)).isEqualTo(2);
    commit();
    commit();
    assertThat(on(store::clients)).containsExactly(List.of(A), List.of(B), List.of(C));
  }

  @Test
  void store_clientIsBeingWritten_itsNextRequestWaitsForTheEnd() {
    send(A, 10);
    var next = send(A, 10);
    var other = send(B, 3);
    assertThat(on(store::clients)).containsExactly(List.of(A), List.of(B));

    commit();
    assertThat(on(store::clients)).containsExactly(List.of(A), List.of(B), List.of(A));
    commit();
    commit();
    assertThat(await(next)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(other)).isEqualTo(new HeartbeatReceipt(3, 0, 0));
  }

  @Test
  void store_waitsForItsTurn_cameWhenItCame() {
    send(A, 9);
    now = NOON.plusSeconds(3);
    send(B, 1);

    assertThat(on(store::arrivedAt)).containsExactly(NOON, now);
  }

  @Test
  void store_requestIsLeft_theOthersHaveTheirReceipts() {
    store.slow.add(B);
    var stored = send(A, 5);
    var left = send(B, 5);
    commit();

    assertThat(await(stored)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertFails(left, Code.UNAVAILABLE);
    assertThat(intake.counts().failed()).isEqualTo(5);
    assertThat(intake.trouble()).contains(store.reason.getMessage());
  }

  @Test
  void store_leftRequestIsADefect_isTriedAlone() {
    store.slow.addAll(List.of(A, B));
    store.reason = new FleetException(Code.INTERNAL, "a value is refused");
    var requests = List.of(send(A, 4), send(B, 4), send(C, 2));
    for (var turn = 0; turn < 10 && intake.counts().held() > 0; turn++) {
      on(() -> store.open() > 0 && committed());
    }

    assertThat(await(requests.get(2))).isEqualTo(new HeartbeatReceipt(2, 0, 0));
    assertFails(requests.get(0), Code.INTERNAL);
    assertFails(requests.get(1), Code.INTERNAL);
    assertThat(on(store::clients)).containsExactly(List.of(A, B, C), List.of(A), List.of(B));
  }

  @Test
  void store_oneClientTwice_givesEachRequestItsOwnReceipt() {
    var first = send(A, 2);
    var second = send(A, 3);
    var other = send(B, 5);
    commit();

    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(2, 0, 0));
    assertThat(await(other)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertThat(second.isComplete()).isFalse();
    send(C, 7);
    commit();
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(3, 0, 0));
    assertThat(on(store::clients)).containsExactly(List.of(A, B), List.of(A, C));
  }

  @Test
  void store_full_refusesAndLosesNothing() {
    intake = intake(new IngestConfig(10, LONG, 15), store);
    var first = send(A, 10);
    var second = send(B, 10);
    var third = send("d".repeat(32), 10);
    var refused = send(C, 6);

    assertFails(refused, Code.UNAVAILABLE);
    commit();
    commit();
    commit();
    assertThat(await(third)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(send(C, 6).isComplete()).isFalse();
    assertThat(intake.counts().refused()).isEqualTo(6);
  }

  @Test
  void store_deviceReadings_takeTheirRoomInTheQueue() {
    send(batch(A, History.beat(NOON, devices(99))));

    assertFails(send(B, 1), Code.UNAVAILABLE);
  }

  @Test
  void store_oneClientAgainAndAgain_isRefusedBeforeItFillsTheQueue() {
    send(B, 10);
    send("d".repeat(32), 10);
    var own = IntStream.range(0, 4).mapToObj(i -> send(A, 1)).toList();

    assertFails(send(A, 1), Code.UNAVAILABLE);
    assertThat(send(C, 1).isComplete()).isFalse();
    assertThat(own).noneMatch(Future::isComplete);
  }

  @Test
  void store_malformed_isRefusedAndWritesNothing() {
    var unnamed =
        new HeartbeatBatch(
            A,
            OptionalLong.empty(),
            List.of(History.beat(NOON, History.silentDevice(0, "u", nothing()))));
    var malformed =
        Stream.of(
            batch(A, List.of()),
            beats(A, 11),
            beats("A".repeat(32), 1),
            beats("0x" + A, 1),
            beats("", 1),
            beats(nothing(), 1),
            batch(A, History.beat(NOON, device(1), device(0), device(1))),
            batch(A, History.beat(NOON, device(-1))),
            batch(A, History.beat(NOON, device(32_768))),
            batch(A, History.beat(NOON, devices(257))),
            unnamed);

    malformed.forEach(batch -> assertFails(send(batch), Code.INVALID_ARGUMENT));
    assertThat(intake.counts().held()).isZero();
    assertThat(intake.counts().refused()).isEqualTo(intake.counts().received());
  }

  @Test
  void store_unknownClient_doesNotHarmTheOthers() {
    store.unknown.add(B);
    var known = send(A, 5);
    var unknown = send(B, 5);
    commit();

    assertThat(await(known)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertFails(unknown, Code.CLIENT_UNKNOWN);
    assertThat(intake.counts().unknown()).isEqualTo(5);
  }

  @Test
  void store_databaseFails_tellsAllOfTheBatchAndGoesOn() {
    var requests = List.of(send(A, 5), send(B, 5));
    on(() -> fail(new FleetException(Code.UNAVAILABLE, "no database")));

    requests.forEach(request -> assertFails(request, Code.UNAVAILABLE));
    assertThat(intake.trouble()).contains("no database");
    assertThat(intake.counts().failed()).isEqualTo(10);
    var again = send(A, 10);
    commit();
    assertThat(await(again)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(intake.trouble()).isEmpty();
  }

  @Test
  void store_poisonousRequest_failsAlone() {
    intake = intake(new IngestConfig(7, LONG, 100), store);
    store.poisonous.add(B);
    var clients = Stream.of("1", "2", "3").map(digit -> digit.repeat(32)).toList();
    var healthy = new ArrayList<>(clients.stream().map(client -> send(client, 1)).toList());
    var poisonous = send(B, 1);
    healthy.addAll(Stream.of(A, C, "4".repeat(32)).map(client -> send(client, 1)).toList());
    for (var turn = 0; turn < 100 && intake.counts().held() > 0; turn++) {
      on(() -> store.open() > 0 && committed());
    }

    assertFails(poisonous, Code.INTERNAL);
    healthy.forEach(request -> assertThat(await(request)).isEqualTo(new HeartbeatReceipt(1, 0, 0)));
  }

  @Test
  void store_storeThrows_failsTheRequestAndGoesOn() {
    var calls = new AtomicLong();
    intake =
        intake(
            new IngestConfig(10, LONG, 100),
            arrivals -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("not encodable");
              }
              return store.store(arrivals);
            });

    assertThatThrownBy(() -> await(send(A, 10))).isInstanceOf(IllegalStateException.class);
    var next = send(A, 10);
    commit();
    assertThat(await(next)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
  }

  @RepeatedTest(5)
  void store_randomTraffic_answersEachRequestOnce(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    store.unknown.add(B);
    store.poisonous.add(C);
    var clients = List.of(A, B, C, "d".repeat(32), "e".repeat(32));
    var requests = new ArrayList<Future<HeartbeatReceipt>>();
    for (var turn = 0; turn < 300; turn++) {
      requests.add(send(clients.get(random.nextInt(5)), random.nextInt(13)));
      if (random.nextInt(3) == 0 && on(store::open) > 0) {
        on(
            () ->
                random.nextBoolean()
                    ? committed()
                    : fail(new FleetException(Code.TIMEOUT, "slow")));
      }
      everyHeartbeatIsCountedOnce();
    }
    nanos.addAndGet(LONG.toNanos());
    requests.add(send("f".repeat(32), 10));
    for (var turn = 0; turn < 1000 && intake.counts().held() > 0; turn++) {
      on(() -> store.open() > 0 && committed());
    }

    assertThat(requests).allMatch(Future::isComplete);
  }

  private HeartbeatIntake intake(IngestConfig config, HeartbeatStore to) {
    return new HeartbeatIntake(vertx, new Clocks(() -> now, nanos::get), to, config);
  }

  private Future<HeartbeatReceipt> send(String clientId, int heartbeats) {
    return send(beats(clientId, heartbeats));
  }

  private Future<HeartbeatReceipt> send(HeartbeatBatch batch) {
    return on(() -> intake.store(batch));
  }

  private void commit() {
    on(this::committed);
  }

  private boolean committed() {
    store.commit();
    return true;
  }

  private boolean fail(Throwable cause) {
    store.fail(cause);
    return true;
  }

  /** Runs on the context of the intake, after everything that it has begun there. */
  private <T> T on(Callable<T> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> Future.<T>future(result -> run(work, result)).onComplete(done));
    return await(done.future());
  }

  private static <T> void run(Callable<T> work, Promise<T> result) {
    try {
      result.complete(work.call());
    } catch (Exception e) {
      result.fail(e);
    }
  }

  private static void assertFails(Future<HeartbeatReceipt> request, Code code) {
    assertThatThrownBy(() -> await(request))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  /** What a sender that leaves a key out makes of a text. */
  @SuppressWarnings("NullAway")
  private static String nothing() {
    return null;
  }
}
