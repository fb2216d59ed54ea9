package io.muster.runtime.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetronomeTest {
  private static final long INTERVAL = 20;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong nowMillis = new AtomicLong();
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());

  @AfterEach
  void close() throws Exception {
    vertx.close().await(10, SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3000", // on the beat
    "3000, 3000",
    "3001, 2999", // the timer was late
    "4500, 1500",
    "5699, 301",
    "5700, 3300", // early: this is the beat at 6000 already
    "5999, 3001",
    "9000000000500, 2500", // after a stall of any length: nothing is caught up
    "-1, 3001",
    "-1000, 1000"
  })
  void delayMillis_everyThreeSeconds_meetsTheNextMultiple(long now, long delay) {
    assertThat(Metronome.delayMillis(now, 3000)).isEqualTo(delay);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 10, 999, 3000})
  void delayMillis_anyInstant_isAboveZeroAndEndsOnAMultiple(long interval) {
    for (long now = -2 * interval; now <= 2 * interval; now++) {
      var delay = Metronome.delayMillis(now, interval);

      assertThat(delay).isBetween(1L, interval + interval / 10);
      assertThat((now + delay) % interval).isZero();
    }
  }

  @Test
  void interval_belowAMillisecond_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Metronome(vertx, clock, Duration.ofNanos(999_999)))
        .withMessage("interval=PT0.000999999S: expected 1 ms or more");
  }

  @Test
  void beat_getsTheInstantOfTheClock() throws Exception {
    nowMillis.set(1_786_185_000_000L);
    var beats = new LinkedBlockingQueue<Instant>();

    start(at -> Future.succeededFuture(beats.add(at)));

    assertThat(next(beats)).isEqualTo(Instant.ofEpochMilli(1_786_185_000_000L));
  }

  @Test
  void beat_clockLeapsFarAhead_beatsOnceForAllThatWasMissed() throws Exception {
    var beats = new LinkedBlockingQueue<Instant>();
    Queue<Long> leaps = new ArrayDeque<>();
    leaps.add(1_000_000 * INTERVAL);

    start(
        at -> {
          beats.add(at);
          var leap = leaps.poll();
          nowMillis.addAndGet(leap == null ? INTERVAL : leap);
          return Future.succeededFuture();
        });

    assertThat(next(beats)).isEqualTo(Instant.ofEpochMilli(0));
    assertThat(next(beats)).isEqualTo(Instant.ofEpochMilli(1_000_000 * INTERVAL));
    assertThat(next(beats)).isEqualTo(Instant.ofEpochMilli(1_000_001 * INTERVAL));
  }

  @Test
  void beat_theOneBeforeStillRuns_isSkippedAndCounted() throws Exception {
    var running = Promise.<Void>promise();
    var begun = new AtomicInteger();
    var resumed = new LinkedBlockingQueue<Integer>();
    var metronome =
        start(
            at -> {
              if (begun.incrementAndGet() == 1) {
                return running.future();
              }
              resumed.add(begun.get());
              return Future.succeededFuture();
            });
    var threeIntervals = new LinkedBlockingQueue<Long>();
    vertx.setPeriodic(
        1, timer -> context.runOnContext(v -> offerWhenSkipped(metronome, threeIntervals)));

    assertThat(next(threeIntervals)).isGreaterThanOrEqualTo(3);
    assertThat(begun).hasValue(1);
    assertThat(metronome.beats()).isEqualTo(1);
    running.complete();

    assertThat(next(resumed)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "errs", "fails", "null"})
  void beat_thatGoesWrong_isFollowedByTheNext(String how) throws Exception {
    var beats = new LinkedBlockingQueue<Integer>();

    start(
        at -> {
          beats.add(beats.size());
          return wrong(how);
        });

    next(beats);
    next(beats);
    next(beats);
  }

  @Test
  void stop_noBeatBeginsAfterIt() throws Exception {
    var beats = new LinkedBlockingQueue<Instant>();
    var metronome = start(at -> Future.succeededFuture(beats.add(at)));
    next(beats);

    onContext(
        () -> {
          metronome.stop();
          beats.clear();
        });
    var later = Promise.<Void>promise();
    vertx.setTimer(5 * INTERVAL, timer -> later.complete());
    later.future().await(10, SECONDS);

    assertThat(beats).isEmpty();
  }

  @SuppressWarnings("NullAway") // What a beat must not do, but a defect might.
  private static Future<?> wrong(String how) {
    return switch (how) {
      case "throws" -> throw new IllegalStateException("on purpose");
      case "errs" -> throw new NoClassDefFoundError("on purpose");
      case "fails" -> Future.failedFuture("on purpose");
      default -> null;
    };
  }

  private static void offerWhenSkipped(Metronome metronome, BlockingQueue<Long> skipped) {
    if (metronome.skipped() >= 3) {
      skipped.add(metronome.skipped());
    }
  }

  private Metronome start(Function<Instant, Future<?>> beat) throws Exception {
    var metronome = new Metronome(vertx, clock, Duration.ofMillis(INTERVAL));
    onContext(() -> metronome.start(beat));
    return metronome;
  }

  private void onContext(Runnable action) throws Exception {
    var done = Promise.<Void>promise();
    context.runOnContext(
        v -> {
          action.run();
          done.complete();
        });
    done.future().await(10, SECONDS);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    var head = queue.poll(10, SECONDS);
    assertThat(head).as("within 10 s").isNotNull();
    return head;
  }
}
