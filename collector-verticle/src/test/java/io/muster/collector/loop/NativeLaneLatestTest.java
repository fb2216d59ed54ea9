package io.muster.collector.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.FailureReason;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of {@code latest} between the passes, and their interaction with passes. */
class NativeLaneLatestTest {
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "gpu-01", false);
  private static final Duration MAX_AGE = Duration.ofMillis(1500);
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(50);

  private final ContextFixture context = new ContextFixture();
  private final CountDownLatch driverLatch = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicInteger readCount = new AtomicInteger();
  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "");
  private final LaneMetrics metrics = LaneMetrics.of("nvml", meters);
  private final ScriptedSource<String> source =
      new ScriptedSource<>("nvml", request -> "read " + readCount.incrementAndGet());

  @AfterEach
  void close() throws TimeoutException {
    driverLatch.countDown();
    context.close();
  }

  @Test
  void latest_afterAPass_returnsItsOutcomeUntilMaxAge() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);
    context.await(() -> lane.read(REQUEST));

    nanos.addAndGet(MAX_AGE.toNanos() - 1);
    assertThat(latest(lane)).isEqualTo(Outcome.of("read 1"));
    nanos.addAndGet(1);
    assertThat(latest(lane)).isEqualTo(Outcome.of("read 2"));
    assertThat(latest(lane)).isEqualTo(Outcome.of("read 2"));
    assertThat(source.readCount()).isEqualTo(2);
  }

  @Test
  void latest_duringAPass_joinsIt() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "pass"));
    var lane = lane(LONG_TIMEOUT);

    var outcomes =
        context.await(
            () -> {
              var pass = lane.read(REQUEST);
              var latest = lane.latest(MAX_AGE, REQUEST);
              driverLatch.countDown();
              return Future.all(pass, latest);
            });

    assertThat(outcomes.<Object>list()).containsExactly(Outcome.of("pass"), Outcome.of("pass"));
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void latest_concurrentCalls_shareOneRead() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);

    var outcomes =
        context.await(
            () -> Future.all(lane.latest(MAX_AGE, REQUEST), lane.latest(MAX_AGE, REQUEST)));

    assertThat(outcomes.<Object>list()).containsOnly(Outcome.of("read 1"));
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void read_duringLatest_waitsAndReadsAgain() throws TimeoutException {
    source.setReading(
        request -> {
          var value = "read " + readCount.incrementAndGet();
          return readCount.get() == 1
              ? ScriptedSource.blockingReading(driverLatch, value).apply(request)
              : value;
        });
    var lane = lane(LONG_TIMEOUT);

    var outcomes =
        context.await(
            () -> {
              var latest = lane.latest(MAX_AGE, REQUEST);
              var pass = lane.read(REQUEST);
              driverLatch.countDown();
              return Future.all(latest, pass);
            });

    assertThat(outcomes.<Object>list()).containsExactly(Outcome.of("read 1"), Outcome.of("read 2"));
    assertThat(metrics.timeouts().count()).isZero();
  }

  @Test
  void read_duringAStalledLatest_timesOutThenFailsAtOnce() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "never"));
    var lane = lane(SHORT_TIMEOUT);

    var outcomes =
        context.await(
            () -> {
              var latest = lane.latest(MAX_AGE, REQUEST);
              return Future.all(latest, lane.read(REQUEST));
            });
    var next = context.await(() -> lane.read(REQUEST));

    assertThat(outcomes.<Outcome<String>>resultAt(0).value()).isEmpty();
    assertThat(outcomes.<Outcome<String>>resultAt(1).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.TIMEOUT);
    assertThat(next.failures().get(0).detail()).isEqualTo("the previous read is still running");
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void latest_driverHangs_isEmptyAtOnceAndCountsNoTimeout() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "never"));
    var lane = lane(SHORT_TIMEOUT);
    context.await(() -> lane.read(REQUEST));
    nanos.addAndGet(MAX_AGE.toNanos());

    var complete =
        context.await(() -> Future.succeededFuture(lane.latest(MAX_AGE, REQUEST).isComplete()));

    assertThat(complete).isTrue();
    assertThat(latest(lane).value()).isEmpty();
    assertThat(metrics.timeouts().count()).as("of the pass").isEqualTo(1);
    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void latest_sourceThrows_isNotReadAgainAtOnce() throws TimeoutException {
    source.setReading(
        request -> {
          throw new IllegalStateException("on purpose");
        });
    var lane = lane(LONG_TIMEOUT);

    assertThat(latest(lane).value()).isEmpty();
    assertThat(latest(lane).value()).isEmpty();

    assertThat(source.readCount()).isEqualTo(1);
  }

  @Test
  void readAndLatest_anyOrder_neverFail() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);
    for (int round = 0; round < 300; round++) {
      nanos.addAndGet(MAX_AGE.toNanos() / 2 + 1);
      int kind = round % 3;
      var outcomes =
          context.await(
              () ->
                  Future.all(
                      kind == 0 ? lane.read(REQUEST) : lane.latest(MAX_AGE, REQUEST),
                      kind == 1 ? lane.read(REQUEST) : lane.latest(MAX_AGE, REQUEST)));
      assertThat(outcomes.<Outcome<String>>list())
          .allSatisfy(outcome -> assertThat(outcome.value()).isPresent());
    }

    assertThat(metrics.timeouts().count()).isZero();
  }

  private Outcome<String> latest(NativeLane<String> lane) throws TimeoutException {
    return context.await(() -> lane.latest(MAX_AGE, REQUEST));
  }

  private NativeLane<String> lane(Duration timeout) {
    return NativeLane.open(
        context.vertx(), source, Set.of(Section.GPU), new LaneOptions(timeout, nanos::get, meters));
  }
}
