package io.muster.collector.loop;

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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Glances at a source between the passes, and what the two have to do with each other. */
class GlanceTest {
  private static final ReadRequest REQUEST =
      new ReadRequest(Instant.EPOCH, "1970-01-01 00:00:00", "gpu-01", false);
  private static final Duration YOUNG = Duration.ofMillis(1500);
  private static final Duration PATIENT = Duration.ofSeconds(15);
  private static final Duration HASTY = Duration.ofMillis(50);

  private final LoopContext loop = new LoopContext();
  private final CountDownLatch driver = new CountDownLatch(1);
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicInteger number = new AtomicInteger();
  private final RecordingMeter meter = new RecordingMeter();
  private final ScriptedSource<String> source =
      new ScriptedSource<>("nvml", request -> "read " + number.incrementAndGet());

  @AfterEach
  void close() throws TimeoutException {
    driver.countDown();
    loop.close();
  }

  @Test
  void glance_afterAPass_isThatOfThePassWhileItIsYoung() throws TimeoutException {
    var lane = lane(PATIENT);
    loop.await(() -> lane.read(REQUEST));

    nanos.addAndGet(YOUNG.toNanos() - 1);
    assertThat(glance(lane)).isEqualTo(Outcome.of("read 1"));
    nanos.addAndGet(1);
    assertThat(glance(lane)).isEqualTo(Outcome.of("read 2"));
    assertThat(glance(lane)).isEqualTo(Outcome.of("read 2"));
    assertThat(source.reads()).isEqualTo(2);
  }

  @Test
  void glance_duringAPass_joinsIt() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "pass"));
    var lane = lane(PATIENT);

    var outcomes =
        loop.await(
            () -> {
              var pass = lane.read(REQUEST);
              var glance = lane.glance(YOUNG, REQUEST);
              driver.countDown();
              return Future.all(pass, glance);
            });

    assertThat(outcomes.<Object>list()).containsExactly(Outcome.of("pass"), Outcome.of("pass"));
    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void glance_manyAtOnce_shareOneRead() throws TimeoutException {
    var lane = lane(PATIENT);

    var outcomes =
        loop.await(() -> Future.all(lane.glance(YOUNG, REQUEST), lane.glance(YOUNG, REQUEST)));

    assertThat(outcomes.<Object>list()).containsOnly(Outcome.of("read 1"));
    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void read_duringAGlance_waitsForItAndReadsItself() throws TimeoutException {
    source.answer(
        request -> {
          var answer = "read " + number.incrementAndGet();
          return number.get() == 1 ? ScriptedSource.hanging(driver, answer).apply(request) : answer;
        });
    var lane = lane(PATIENT);

    var outcomes =
        loop.await(
            () -> {
              var glance = lane.glance(YOUNG, REQUEST);
              var pass = lane.read(REQUEST);
              driver.countDown();
              return Future.all(glance, pass);
            });

    assertThat(outcomes.<Object>list()).containsExactly(Outcome.of("read 1"), Outcome.of("read 2"));
    assertThat(meter.timeouts).isZero();
  }

  @Test
  void read_duringAGlanceThatHangs_isLateOnceAndThenRefusedAtOnce() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "never"));
    var lane = lane(HASTY);

    var outcomes =
        loop.await(
            () -> {
              var glance = lane.glance(YOUNG, REQUEST);
              return Future.all(glance, lane.read(REQUEST));
            });
    var next = loop.await(() -> lane.read(REQUEST));

    assertThat(outcomes.<Outcome<String>>resultAt(0).value()).isEmpty();
    assertThat(outcomes.<Outcome<String>>resultAt(1).failures())
        .extracting(ReadFailure::reason)
        .containsExactly(Reason.TIMEOUT);
    assertThat(next.failures().get(0).detail()).isEqualTo("the read before is still running");
    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void glance_whileTheDriverHangs_hasNothingAtOnceAndIsNoLatePass() throws TimeoutException {
    source.answer(ScriptedSource.hanging(driver, "never"));
    var lane = lane(HASTY);
    loop.await(() -> lane.read(REQUEST));
    nanos.addAndGet(YOUNG.toNanos());

    var complete =
        loop.await(() -> Future.succeededFuture(lane.glance(YOUNG, REQUEST).isComplete()));

    assertThat(complete).isTrue();
    assertThat(glance(lane).value()).isEmpty();
    assertThat(meter.timeouts).as("of the pass").isEqualTo(1);
    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void glance_sourceThatBreaks_isNotAskedAgainAtOnce() throws TimeoutException {
    source.answer(
        request -> {
          throw new IllegalStateException("on purpose");
        });
    var lane = lane(PATIENT);

    assertThat(glance(lane).value()).isEmpty();
    assertThat(glance(lane).value()).isEmpty();

    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void anyOrderOfPassesAndGlances_noneIsRefused() throws TimeoutException {
    var lane = lane(PATIENT);
    for (int round = 0; round < 300; round++) {
      nanos.addAndGet(YOUNG.toNanos() / 2 + 1);
      int kind = round % 3;
      var outcomes =
          loop.await(
              () ->
                  Future.all(
                      kind == 0 ? lane.read(REQUEST) : lane.glance(YOUNG, REQUEST),
                      kind == 1 ? lane.read(REQUEST) : lane.glance(YOUNG, REQUEST)));
      assertThat(outcomes.<Outcome<String>>list())
          .allSatisfy(outcome -> assertThat(outcome.value()).isPresent());
    }

    assertThat(meter.timeouts).isZero();
  }

  private Outcome<String> glance(NativeLane<String> lane) throws TimeoutException {
    return loop.await(() -> lane.glance(YOUNG, REQUEST));
  }

  private NativeLane<String> lane(Duration budget) {
    return NativeLane.open(
        loop.vertx(),
        source,
        Set.of(Section.GPU),
        "nvml",
        new LaneTerms(budget, nanos::get, meter::of));
  }
}
