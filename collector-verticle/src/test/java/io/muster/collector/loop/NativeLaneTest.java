package io.muster.collector.loop;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeLaneTest {
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "a", false);
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration SHORT_TIMEOUT = Duration.ofMillis(50);

  private final ContextFixture context = new ContextFixture();
  private final MeterFactory meters = new MeterFactory(new SimpleMeterRegistry(), "");
  private final LaneMetrics metrics = LaneMetrics.of("nvml", meters);
  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch driverLatch = new CountDownLatch(1);
  private final ScriptedSource<String> source = new ScriptedSource<>("nvml", request -> "sound");

  @AfterEach
  void close() throws TimeoutException {
    driverLatch.countDown();
    context.close();
  }

  @Test
  void read_sourceReturns_returnsTheValue() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);

    assertThat(read(lane)).isEqualTo(Outcome.of("sound"));
    assertThat(lane.name()).isEqualTo("nvml");
    assertThat(metrics.timeouts().count()).isZero();
  }

  @Test
  void read_sourceHangs_timesOutAndTheSourceIsNotCalledAgain() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "old"));
    var lane = lane(SHORT_TIMEOUT);

    var first = read(lane);
    var second = read(lane);

    assertThat(first.value()).isEmpty();
    assertThat(first.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU, "nvml", "", FailureReason.TIMEOUT, "did not return within 50 ms"));
    assertThat(second.value()).isEmpty();
    assertThat(second.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU,
                "nvml",
                "",
                FailureReason.TIMEOUT,
                "the previous read is still running"));
    assertThat(source.readCount()).isEqualTo(1);
    assertThat(metrics.timeouts().count()).isEqualTo(2);
    assertThat(metrics.reads().count()).as("not returned yet").isZero();
  }

  @Test
  void read_driverRecovers_returnsTheNewValue() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "old"));
    var lane = lane(SHORT_TIMEOUT);
    read(lane);

    source.setReading(request -> "new");
    driverLatch.countDown();

    assertThat(readUntilReturned(lane).value()).contains("new");
  }

  @Test
  void read_whileAnotherIsRunning_failsAtOnce() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "first"));
    var lane = lane(LONG_TIMEOUT);

    var outcomes =
        context.await(
            () -> {
              var first = lane.read(REQUEST);
              var second = lane.read(REQUEST);
              assertThat(second.isComplete()).isTrue();
              driverLatch.countDown();
              return Future.all(first, second);
            });

    assertThat(outcomes.<Outcome<String>>resultAt(0).value()).contains("first");
    assertThat(outcomes.<Outcome<String>>resultAt(1).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "link", "stack", "memory", "null"})
  void read_sourceThrows_isAFailureAndTheLaneRecovers(String failure) throws TimeoutException {
    source.setReading(request -> breakSource(failure));
    var lane = lane(LONG_TIMEOUT);

    var outcome = read(lane);
    source.setReading(request -> "sound");

    assertThat(outcome.value()).isEmpty();
    assertThat(outcome.failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.FAILED);
    assertThat(read(lane)).isEqualTo(Outcome.of("sound"));
    assertThat(metrics.timeouts().count()).isZero();
  }

  @Test
  void read_linkageError_keepsItsMessage() throws TimeoutException {
    source.setReading(request -> breakSource("link"));

    assertThat(read(lane(LONG_TIMEOUT)).failures().get(0).message())
        .isEqualTo("nvml: failed: java.lang.UnsatisfiedLinkError: libnvidia-ml.so.1: no such file");
  }

  @Test
  void read_sourceOfSeveralSections_hasOneFailureEachInWireOrder() throws TimeoutException {
    source.setReading(request -> breakSource("exception"));
    var lane =
        NativeLane.open(
            context.vertx(),
            source,
            Set.of(Section.STORAGE, Section.MEMORY, Section.CPU, Section.CHASSIS),
            laneOptions(LONG_TIMEOUT));

    assertThat(read(lane).failures())
        .extracting(ReadFailure::section)
        .containsExactly(Section.CHASSIS, Section.CPU, Section.MEMORY, Section.STORAGE);
  }

  @Test
  void open_sameName_sharesTheThread() throws TimeoutException {
    var one = threadOf(open("nvml"));
    var same = threadOf(open("nvml"));
    var other = threadOf(open("amd"));

    assertThat(one).isEqualTo(same).isNotEqualTo(other).startsWith("muster-nvml");
  }

  @Test
  void read_otherLaneHangs_isNotDelayed() throws TimeoutException {
    var stalled = new ScriptedSource<>("amd", ScriptedSource.blockingReading(driverLatch, "never"));
    var stalledLane =
        NativeLane.open(context.vertx(), stalled, Set.of(Section.GPU), laneOptions(SHORT_TIMEOUT));
    read(stalledLane);

    assertThat(read(lane(LONG_TIMEOUT))).isEqualTo(Outcome.of("sound"));
  }

  @Test
  void close_idle_closesTheSourceOnce() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);

    context.await(lane::close);

    assertThat(source.closeCount()).isEqualTo(1);
  }

  @Test
  void close_whileTheDriverHangs_completes() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "never"));
    var lane = lane(SHORT_TIMEOUT);
    read(lane);

    context.await(lane::close);

    assertThat(driverLatch.getCount()).as("still hanging").isEqualTo(1);
    assertThat(source.closeCount()).isZero();
  }

  @Test
  void close_oneOfTwoLanesOnAThread_leavesTheOtherOpen() throws TimeoutException {
    var other = new ScriptedSource<>("nvml", request -> "alive");
    var otherLane =
        NativeLane.open(context.vertx(), other, Set.of(Section.GPU), laneOptions(LONG_TIMEOUT));
    var lane = lane(LONG_TIMEOUT);

    context.await(lane::close);

    assertThat(read(otherLane)).isEqualTo(Outcome.of("alive"));
  }

  @Test
  void read_afterClose_isAFailure() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);
    context.await(lane::close);

    assertThat(read(lane).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(FailureReason.FAILED);
    context.await(lane::close);
    assertThat(source.readCount()).isZero();
  }

  @Test
  void read_rightAfterAnotherRead_findsTheLaneIdle() throws TimeoutException {
    var lane = lane(LONG_TIMEOUT);

    for (int round = 0; round < 400; round++) {
      context.await(() -> readAgain(lane, 5));
    }

    assertThat(metrics.timeouts().count()).isZero();
    assertThat(source.readCount()).isEqualTo(400 * 5);
  }

  @Test
  void read_driverReturnsLate_recordsTheElapsedTime() throws TimeoutException {
    source.setReading(ScriptedSource.blockingReading(driverLatch, "old"));
    var lane = lane(SHORT_TIMEOUT);
    read(lane);

    nanos.set(7_000_000_000L);
    driverLatch.countDown();
    source.setReading(request -> "new");
    readUntilReturned(lane);

    assertThat(metrics.reads().count()).isEqualTo(2);
    assertThat(metrics.reads().totalTime(SECONDS)).isEqualTo(7);
  }

  @Test
  void read_sourceThrows_isRecordedToo() throws TimeoutException {
    source.setReading(request -> breakSource("exception"));

    read(lane(LONG_TIMEOUT));

    assertThat(metrics.reads().count()).isEqualTo(1);
    assertThat(metrics.reads().totalTime(SECONDS)).isZero();
  }

  private LaneOptions laneOptions(Duration timeout) {
    return new LaneOptions(timeout, nanos::get, meters);
  }

  private NativeLane<String> lane(Duration timeout) {
    return NativeLane.open(context.vertx(), source, Set.of(Section.GPU), laneOptions(timeout));
  }

  private NativeLane<String> open(String name) {
    var threadNameSource = new ScriptedSource<>(name, request -> Thread.currentThread().getName());
    return NativeLane.open(
        context.vertx(), threadNameSource, Set.of(Section.GPU), laneOptions(LONG_TIMEOUT));
  }

  private String threadOf(NativeLane<String> lane) throws TimeoutException {
    return read(lane).value().orElseThrow();
  }

  private <R> Outcome<R> read(NativeLane<R> lane) throws TimeoutException {
    return context.await(() -> lane.read(REQUEST));
  }

  private static Future<Outcome<String>> readAgain(NativeLane<String> lane, int times) {
    var read = lane.read(REQUEST);
    return times == 1 ? read : read.compose(outcome -> readAgain(lane, times - 1));
  }

  /** Reads until the lane returns a value: the worker may need some time to recover. */
  private Outcome<String> readUntilReturned(NativeLane<String> lane) throws TimeoutException {
    for (int tick = 0; tick < 1_000_000; tick++) {
      var outcome = read(lane);
      if (outcome.value().isPresent()) {
        return outcome;
      }
    }
    throw new TimeoutException("the lane did not recover");
  }

  @SuppressWarnings("NullAway") // A source must not return null, but a faulty one may.
  private static String breakSource(String failure) {
    return switch (failure) {
      case "exception" -> requireNonNull(null);
      case "link" -> throw new UnsatisfiedLinkError("libnvidia-ml.so.1: no such file");
      case "stack" -> throw new StackOverflowError();
      case "memory" -> throw new OutOfMemoryError("on purpose");
      default -> null;
    };
  }
}
