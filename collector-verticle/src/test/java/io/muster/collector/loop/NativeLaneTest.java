package io.muster.collector.loop;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.source.ReadFailure;
import io.muster.collector.source.ReadFailure.Reason;
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
  private static final Duration PATIENT = Duration.ofSeconds(15);
  private static final Duration HASTY = Duration.ofMillis(50);

  private final LoopContext loop = new LoopContext();
  private final RecordingMeter meter = new RecordingMeter();
  private final AtomicLong nanos = new AtomicLong();
  private final CountDownLatch driver = new CountDownLatch(1);
  private final ScriptedSource<String> source = new ScriptedSource<>("nvml", request -> "sound");

  @AfterEach
  void close() throws TimeoutException {
    driver.countDown();
    loop.close();
  }

  @Test
  void read_sourceAnswers_givesTheValue() throws TimeoutException {
    var lane = lane(PATIENT);

    assertThat(read(lane)).isEqualTo(Outcome.of("sound"));
    assertThat(lane.name()).isEqualTo("nvml");
    assertThat(meter.timeouts).isZero();
  }

  @Test
  void read_sourceHangs_tickGoesOnAndTheSourceIsNotCalledAgain() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "old"));
    var lane = lane(HASTY);

    var first = read(lane);
    var second = read(lane);

    assertThat(first.value()).isEmpty();
    assertThat(first.failures())
        .containsExactly(
            new ReadFailure(Section.GPU, "nvml", "", Reason.TIMEOUT, "no answer within 50 ms"));
    assertThat(second.value()).isEmpty();
    assertThat(second.failures())
        .containsExactly(
            new ReadFailure(
                Section.GPU, "nvml", "", Reason.TIMEOUT, "the read before is still running"));
    assertThat(source.reads()).isEqualTo(1);
    assertThat(meter.timeouts).isEqualTo(2);
    assertThat(meter.elapsedNanos).as("no answer yet").isEmpty();
  }

  @Test
  void read_driverComesBack_answersAnewAndNeverTheOldValue() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "old"));
    var lane = lane(HASTY);
    read(lane);

    source.answer(request -> "new");
    driver.countDown();

    assertThat(untilItAnswers(lane).value()).contains("new");
  }

  @Test
  void read_whileOneIsUnderWay_isRefusedAtOnce() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "first"));
    var lane = lane(PATIENT);

    var outcomes =
        loop.await(
            () -> {
              var first = lane.read(REQUEST);
              var second = lane.read(REQUEST);
              assertThat(second.isComplete()).isTrue();
              driver.countDown();
              return Future.all(first, second);
            });

    assertThat(outcomes.<Outcome<String>>resultAt(0).value()).contains("first");
    assertThat(outcomes.<Outcome<String>>resultAt(1).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.TIMEOUT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exception", "link", "stack", "memory", "null"})
  void read_sourceBreaks_isAFailureAndTheLaneLivesOn(String how) throws TimeoutException {
    source.answer(request -> broken(how));
    var lane = lane(PATIENT);

    var outcome = read(lane);
    source.answer(request -> "sound");

    assertThat(outcome.value()).isEmpty();
    assertThat(outcome.failures()).extracting(ReadFailure::reason).containsExactly(Reason.FAILED);
    assertThat(read(lane)).isEqualTo(Outcome.of("sound"));
    assertThat(meter.timeouts).isZero();
  }

  @Test
  void read_linkageError_keepsTheSystemsWords() throws TimeoutException {
    source.answer(request -> broken("link"));

    assertThat(read(lane(PATIENT)).failures().get(0).message())
        .isEqualTo("nvml: failed: java.lang.UnsatisfiedLinkError: libnvidia-ml.so.1: no such file");
  }

  @Test
  void read_sourceOfSeveralSections_oneFailureEachInWireOrder() throws TimeoutException {
    source.answer(request -> broken("exception"));
    var lane =
        NativeLane.open(
            loop.vertx(),
            source,
            Set.of(Section.STORAGE, Section.MEMORY, Section.CPU, Section.CHASSIS),
            "host",
            terms(PATIENT));

    assertThat(read(lane).failures())
        .extracting(ReadFailure::section)
        .containsExactly(Section.CHASSIS, Section.CPU, Section.MEMORY, Section.STORAGE);
  }

  @Test
  void open_sameThreadName_sharesTheThread() throws TimeoutException {
    var one = threadOf(open("nvml"));
    var same = threadOf(open("nvml"));
    var other = threadOf(open("amd"));

    assertThat(one).isEqualTo(same).isNotEqualTo(other).startsWith("muster-nvml");
  }

  @Test
  void read_otherLaneHangs_isNotDelayed() throws TimeoutException {
    var hung = new ScriptedSource<>("amd", ScriptedSource.hanging(driver, "never"));
    var hungLane = NativeLane.open(loop.vertx(), hung, Set.of(Section.GPU), "amd", terms(HASTY));
    read(hungLane);

    assertThat(read(lane(PATIENT))).isEqualTo(Outcome.of("sound"));
  }

  @Test
  void close_idle_closesTheSourceOnce() throws TimeoutException {
    var lane = lane(PATIENT);

    loop.await(lane::close);

    assertThat(source.closes()).isEqualTo(1);
  }

  @Test
  void close_whileTheDriverHangs_ends() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "never"));
    var lane = lane(HASTY);
    read(lane);

    loop.await(lane::close);

    assertThat(driver.getCount()).as("still hanging").isEqualTo(1);
    assertThat(source.closes()).isZero();
  }

  @Test
  void close_oneOfTwoLanesOnAThread_leavesTheOtherAlive() throws TimeoutException {
    var other = new ScriptedSource<>("amd", request -> "alive");
    var otherLane =
        NativeLane.open(loop.vertx(), other, Set.of(Section.GPU), "nvml", terms(PATIENT));
    var lane = lane(PATIENT);

    loop.await(lane::close);

    assertThat(read(otherLane)).isEqualTo(Outcome.of("alive"));
  }

  @Test
  void read_afterClose_isAFailure() throws TimeoutException {
    var lane = lane(PATIENT);
    loop.await(lane::close);

    assertThat(read(lane).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.FAILED);
    loop.await(lane::close);
    assertThat(source.reads()).isZero();
  }

  @Test
  void read_rightAfterTheAnswerBefore_findsTheLaneFree() throws TimeoutException {
    var lane = lane(PATIENT);

    for (int round = 0; round < 400; round++) {
      loop.await(() -> again(lane, 5));
    }

    assertThat(meter.timeouts).isZero();
    assertThat(source.reads()).isEqualTo(400 * 5);
  }

  @Test
  void read_driverAnswersLate_tellsHowLongItTook() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "old"));
    var lane = lane(HASTY);
    read(lane);

    nanos.set(7_000_000_000L);
    driver.countDown();
    source.answer(request -> "new");
    untilItAnswers(lane);

    assertThat(meter.elapsedNanos).hasSize(2).startsWith(7_000_000_000L);
  }

  @Test
  void read_sourceBreaks_isAnAnswerToo() throws TimeoutException {
    source.answer(request -> broken("exception"));

    read(lane(PATIENT));

    assertThat(meter.elapsedNanos).containsExactly(0L);
    assertThat(meter.sources).containsExactly("nvml");
  }

  private LaneTerms terms(Duration budget) {
    return new LaneTerms(budget, nanos::get, meter::of);
  }

  private NativeLane<String> lane(Duration budget) {
    return NativeLane.open(loop.vertx(), source, Set.of(Section.GPU), "nvml", terms(budget));
  }

  private NativeLane<String> open(String threadName) {
    var teller = new ScriptedSource<>("teller", request -> Thread.currentThread().getName());
    return NativeLane.open(loop.vertx(), teller, Set.of(Section.GPU), threadName, terms(PATIENT));
  }

  private String threadOf(NativeLane<String> lane) throws TimeoutException {
    return read(lane).value().orElseThrow();
  }

  private <R> Outcome<R> read(NativeLane<R> lane) throws TimeoutException {
    return loop.await(() -> lane.read(REQUEST));
  }

  private static Future<Outcome<String>> again(NativeLane<String> lane, int times) {
    var read = lane.read(REQUEST);
    return times == 1 ? read : read.compose(answered -> again(lane, times - 1));
  }

  /** Ticks on: the worker may need some time to come back. */
  private Outcome<String> untilItAnswers(NativeLane<String> lane) throws TimeoutException {
    for (int tick = 0; tick < 1_000_000; tick++) {
      var outcome = read(lane);
      if (outcome.value().isPresent()) {
        return outcome;
      }
    }
    throw new TimeoutException("the lane did not recover");
  }

  @SuppressWarnings("NullAway") // What a source must not answer, but a defect might.
  private static String broken(String how) {
    return switch (how) {
      case "exception" -> requireNonNull(null);
      case "link" -> throw new UnsatisfiedLinkError("libnvidia-ml.so.1: no such file");
      case "stack" -> throw new StackOverflowError();
      case "memory" -> throw new OutOfMemoryError("on purpose");
      default -> null;
    };
  }
}
