package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static io.muster.aggregator.HistoryFixture.heartbeat;
import static io.muster.aggregator.ingest.StoreFixture.batchOf;
import static io.muster.aggregator.ingest.StoreFixture.devices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.node.Clocks;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BatchingHeartbeatServiceTest {
  private static final String A = "a".repeat(32);
  private static final String B = "b".repeat(32);
  private static final String C = "c".repeat(32);
  private static final Duration LONG_WAIT = Duration.ofMinutes(10);
  private static Vertx vertx;

  private final AtomicLong nanos = new AtomicLong();
  private final FakeHeartbeatStore store = new FakeHeartbeatStore();
  private Instant now = NOON;
  private Context context;
  private IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry());
  private BatchingHeartbeatService service;

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
    service = newService(new IngestConfig(10, LONG_WAIT, 100), store);
  }

  @AfterEach
  void assertEveryHeartbeatIsCountedOnce() {
    // On the context, which changes the counters one after the other.
    var unaccounted =
        runOnContext(
            () ->
                metrics.received.count()
                    - metrics.accepted.count()
                    - metrics.duplicate.count()
                    - metrics.outOfRange.count()
                    - metrics.unknownClient.count()
                    - metrics.rejected.count()
                    - metrics.failed.count()
                    - metrics.pending.get());
    assertThat(unaccounted).isZero();
  }

  @Test
  void store_enoughHeartbeats_writesThemTogetherAtOnce() {
    var first = send(A, 4);
    assertThat(runOnContext(store::pendingWrites)).isZero();
    var second = send(B, 6);

    commit();
    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(4, 0, 0));
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(6, 0, 0));
    assertThat(runOnContext(store::writtenClients)).containsExactly(List.of(A, B));
    assertThat(metrics.pending.get()).isZero();
  }

  @Test
  void store_fewHeartbeats_writesThemAfterBatchWait() {
    var batchWait = Duration.ofMillis(30);
    service = newService(new IngestConfig(10, batchWait, 100), store);
    nanos.set(batchWait.toNanos()); // Not older than this when received.
    var receipt = send(A, 1);
    nanos.addAndGet(batchWait.toNanos());

    await(store.firstWrite());
    commit();
    assertThat(await(receipt)).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_idleDatabase_writesIncompleteBatchesWithPauses() {
    nanos.addAndGet(LONG_WAIT.toNanos());
    var first = send(A, 1);
    assertThat(runOnContext(store::writtenClients)).containsExactly(List.of(A));

    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    commit();
    await(first);
    var second = send(A, 1);
    assertThat(runOnContext(store::pendingWrites)).as("pause of 19 ms").isZero();
    nanos.addAndGet(Duration.ofMillis(19).toNanos());
    AssertionPoller.awaitAssertion(
        Duration.ofMinutes(1), () -> assertThat(runOnContext(store::pendingWrites)).isOne());
    commit();
    await(second);
  }

  @Test
  void store_twoWritesInFlight_waitsForOneToEnd() {
    send(A, 10);
    send(B, 10);
    send(C, 10);
    assertThat(runOnContext(store::pendingWrites)).isEqualTo(2);

    commit();
    assertThat(runOnContext(store::pendingWrites)).isEqualTo(2);
    commit();
    commit();
    assertThat(runOnContext(store::writtenClients))
        .containsExactly(List.of(A), List.of(B), List.of(C));
  }

  @Test
  void store_clientIsBeingWritten_itsNextRequestWaitsForTheEnd() {
    send(A, 10);
    var next = send(A, 10);
    var other = send(B, 3);
    assertThat(runOnContext(store::writtenClients)).containsExactly(List.of(A), List.of(B));

    commit();
    assertThat(runOnContext(store::writtenClients))
        .containsExactly(List.of(A), List.of(B), List.of(A));
    commit();
    commit();
    assertThat(await(next)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(other)).isEqualTo(new HeartbeatReceipt(3, 0, 0));
  }

  @Test
  void store_queuedRequest_keepsItsTimeOfReceipt() {
    send(A, 9);
    now = NOON.plusSeconds(3);
    send(B, 1);

    assertThat(runOnContext(store::receivedAt)).containsExactly(NOON, now);
  }

  @Test
  void store_skippedRequest_othersGetTheirReceipts() {
    store.skippedClients.add(B);
    var stored = send(A, 5);
    var skipped = send(B, 5);
    commit();

    assertThat(await(stored)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertFails(skipped, Code.UNAVAILABLE);
    assertThat(metrics.failed.count()).isEqualTo(5);
    assertThat(service.problem()).contains(store.skipReason.getMessage());
  }

  @Test
  void store_skippedRequestWithInternalError_isRetriedAlone() {
    store.skippedClients.addAll(List.of(A, B));
    store.skipReason = new FleetException(Code.INTERNAL, "a value is rejected");
    var requests = List.of(send(A, 4), send(B, 4), send(C, 2));
    for (var turn = 0; turn < 10 && metrics.pending.get() > 0; turn++) {
      runOnContext(() -> store.pendingWrites() > 0 && tryCommit());
    }

    assertThat(await(requests.get(2))).isEqualTo(new HeartbeatReceipt(2, 0, 0));
    assertFails(requests.get(0), Code.INTERNAL);
    assertFails(requests.get(1), Code.INTERNAL);
    assertThat(runOnContext(store::writtenClients))
        .containsExactly(List.of(A, B, C), List.of(A), List.of(B));
  }

  @Test
  void store_oneClientTwice_givesEachRequestItsOwnReceipt() {
    var first = send(A, 2);
    var second = send(A, 3);
    var other = send(B, 5);
    nanos.addAndGet(LONG_WAIT.toNanos() / 2); // A long write, after which the next one waits.
    commit();

    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(2, 0, 0));
    assertThat(await(other)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertThat(second.isComplete()).isFalse();
    send(C, 7);
    commit();
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(3, 0, 0));
    assertThat(runOnContext(store::writtenClients)).containsExactly(List.of(A, B), List.of(A, C));
  }

  @Test
  void store_fullQueue_rejectsAndLosesNothing() {
    service = newService(new IngestConfig(10, LONG_WAIT, 15), store);
    var first = send(A, 10);
    var second = send(B, 10);
    var third = send("d".repeat(32), 10);
    var rejected = send(C, 6);

    assertFails(rejected, Code.UNAVAILABLE);
    commit();
    commit();
    commit();
    assertThat(await(third)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(first)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(await(second)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(send(C, 6).isComplete()).isFalse();
    assertThat(metrics.rejected.count()).isEqualTo(6);
  }

  @Test
  void store_deviceReadings_countAsQueueRows() {
    send(batch(A, heartbeat(NOON, devices(99))));

    assertFails(send(B, 1), Code.UNAVAILABLE);
  }

  @Test
  void store_manyRequestsOfOneClient_areRejectedBeforeTheQueueIsFull() {
    send(B, 10);
    send("d".repeat(32), 10);
    var clientRequests = IntStream.range(0, 4).mapToObj(i -> send(A, 1)).toList();

    assertFails(send(A, 1), Code.UNAVAILABLE);
    assertThat(send(C, 1).isComplete()).isFalse();
    assertThat(clientRequests).noneMatch(Future::isComplete);
  }

  @Test
  void store_malformedBatch_isRejectedAndWritesNothing() {
    assertFails(send(batchOf(A, 11)), Code.INVALID_ARGUMENT);
    assertThat(metrics.pending.get()).isZero();
    assertThat(metrics.rejected.count()).isEqualTo(11);
  }

  @Test
  void store_unknownClient_doesNotAffectOthers() {
    store.unknownClients.add(B);
    var known = send(A, 5);
    var unknown = send(B, 5);
    commit();

    assertThat(await(known)).isEqualTo(new HeartbeatReceipt(5, 0, 0));
    assertFails(unknown, Code.CLIENT_UNKNOWN);
    assertThat(metrics.unknownClient.count()).isEqualTo(5);
  }

  @Test
  void store_databaseFails_failsTheBatchAndContinues() {
    var requests = List.of(send(A, 5), send(B, 5));
    runOnContext(() -> fail(new FleetException(Code.UNAVAILABLE, "no database")));

    requests.forEach(request -> assertFails(request, Code.UNAVAILABLE));
    assertThat(service.problem()).contains("no database");
    assertThat(metrics.failed.count()).isEqualTo(10);
    var again = send(A, 10);
    commit();
    assertThat(await(again)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
    assertThat(service.problem()).isEmpty();
  }

  @Test
  void store_requestThatCannotBeStored_failsAlone() {
    service = newService(new IngestConfig(7, LONG_WAIT, 100), store);
    store.failingClients.add(B);
    var healthy =
        new ArrayList<>(Stream.of("1", "2", "3").map(digit -> send(digit.repeat(32), 1)).toList());
    var failing = send(B, 1);
    healthy.addAll(Stream.of(A, C, "4".repeat(32)).map(client -> send(client, 1)).toList());
    for (var turn = 0; turn < 100 && metrics.pending.get() > 0; turn++) {
      runOnContext(() -> store.pendingWrites() > 0 && tryCommit());
    }

    assertFails(failing, Code.INTERNAL);
    healthy.forEach(request -> assertThat(await(request)).isEqualTo(new HeartbeatReceipt(1, 0, 0)));
  }

  @Test
  void store_storeThrows_failsTheRequestAndContinues() {
    var calls = new AtomicLong();
    service =
        newService(
            new IngestConfig(10, LONG_WAIT, 100),
            receivedBatches -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("not encodable");
              }
              return store.store(receivedBatches);
            });

    assertThatThrownBy(() -> await(send(A, 10))).isInstanceOf(IllegalStateException.class);
    var next = send(A, 10);
    commit();
    assertThat(await(next)).isEqualTo(new HeartbeatReceipt(10, 0, 0));
  }

  @RepeatedTest(5)
  void store_randomTraffic_answersEachRequestOnce(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    store.unknownClients.add(B);
    store.failingClients.add(C);
    var clients = List.of(A, B, C, "d".repeat(32), "e".repeat(32));
    var requests = new ArrayList<Future<HeartbeatReceipt>>();
    for (var turn = 0; turn < 300; turn++) {
      requests.add(send(clients.get(random.nextInt(5)), random.nextInt(13)));
      if (random.nextInt(3) == 0 && runOnContext(store::pendingWrites) > 0) {
        runOnContext(
            () ->
                random.nextBoolean()
                    ? tryCommit()
                    : fail(new FleetException(Code.TIMEOUT, "slow")));
      }
      assertEveryHeartbeatIsCountedOnce();
    }
    nanos.addAndGet(LONG_WAIT.toNanos());
    requests.add(send("f".repeat(32), 10));
    for (var turn = 0; turn < 1000 && metrics.pending.get() > 0; turn++) {
      runOnContext(() -> store.pendingWrites() > 0 && tryCommit());
    }

    assertThat(requests).allMatch(Future::isComplete);
  }

  private BatchingHeartbeatService newService(IngestConfig config, HeartbeatStore heartbeatStore) {
    metrics = new IngestMetrics(new SimpleMeterRegistry());
    return new BatchingHeartbeatService(
        vertx, new Clocks(() -> now, nanos::get), heartbeatStore, config, metrics);
  }

  private Future<HeartbeatReceipt> send(String clientId, int heartbeats) {
    return send(batchOf(clientId, heartbeats));
  }

  private Future<HeartbeatReceipt> send(HeartbeatBatch batch) {
    return runOnContext(() -> service.store(batch));
  }

  private void commit() {
    runOnContext(this::tryCommit);
  }

  private boolean tryCommit() {
    store.commit();
    return true;
  }

  private boolean fail(Throwable cause) {
    store.fail(cause);
    return true;
  }

  /** Runs on the context of the service, after all that it has started there. */
  private <T> T runOnContext(Supplier<T> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        turn -> Future.succeededFuture().map(begun -> work.get()).onComplete(done));
    return await(done.future());
  }

  private static void assertFails(Future<HeartbeatReceipt> request, Code code) {
    assertThatThrownBy(() -> await(request))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
