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
  private static final long INTERVAL_MILLIS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicLong nowMillis = new AtomicLong();
  private final BlockingQueue<Boolean> skippedTicks = new LinkedBlockingQueue<>();
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMillis.get());

  @AfterEach
  void close() throws Exception {
    vertx.close().await(60, SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3000", // on the tick
    "3000, 3000",
    "3001, 2999", // the timer fired late
    "4500, 1500",
    "5699, 301",
    "5700, 3300", // early: this already is the tick at 6000
    "5999, 3001",
    "9000000000500, 2500", // after a stall of any length: missed ticks are not made up for
    "-1, 3001",
    "-1000, 1000"
  })
  void delayMillis_everyThreeSeconds_endsOnTheNextMultiple(long atMillis, long expectedMillis) {
    assertThat(Metronome.delayMillis(atMillis, 3000)).isEqualTo(expectedMillis);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 10, 999, 3000})
  void delayMillis_anyInstant_isAboveZeroAndEndsOnAMultiple(long intervalMillis) {
    for (long atMillis = -2 * intervalMillis; atMillis <= 2 * intervalMillis; atMillis++) {
      var delayMillis = Metronome.delayMillis(atMillis, intervalMillis);

      assertThat(delayMillis).isBetween(1L, intervalMillis + intervalMillis / 10);
      assertThat((atMillis + delayMillis) % intervalMillis).isZero();
    }
  }

  @Test
  void interval_belowAMillisecond_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Metronome(vertx, clock, Duration.ofNanos(999_999)))
        .withMessage("interval=PT0.000999999S: expected 1 ms or more");
  }

  @Test
  void tick_always_receivesTheInstantOfTheClock() throws Exception {
    nowMillis.set(1_786_185_000_000L);
    var ticks = new LinkedBlockingQueue<Instant>();

    start(tickAt -> Future.succeededFuture(ticks.add(tickAt)));

    assertThat(takeNext(ticks)).isEqualTo(Instant.ofEpochMilli(1_786_185_000_000L));
  }

  @Test
  void tick_clockJumpsAhead_runsOnceForAllMissedTicks() throws Exception {
    var ticks = new LinkedBlockingQueue<Instant>();
    Queue<Long> jumpsMillis = new ArrayDeque<>();
    jumpsMillis.add(1_000_000 * INTERVAL_MILLIS);

    start(
        tickAt -> {
          ticks.add(tickAt);
          var jumpMillis = jumpsMillis.poll();
          nowMillis.addAndGet(jumpMillis == null ? INTERVAL_MILLIS : jumpMillis);
          return Future.succeededFuture();
        });

    assertThat(takeNext(ticks)).isEqualTo(Instant.ofEpochMilli(0));
    assertThat(takeNext(ticks)).isEqualTo(Instant.ofEpochMilli(1_000_000 * INTERVAL_MILLIS));
    assertThat(takeNext(ticks)).isEqualTo(Instant.ofEpochMilli(1_000_001 * INTERVAL_MILLIS));
  }

  @Test
  void tick_previousTickStillRuns_isSkippedAndCounted() throws Exception {
    var running = Promise.<Void>promise();
    var startedTicks = new AtomicInteger();
    var resumed = new LinkedBlockingQueue<Integer>();
    start(
        tickAt -> {
          if (startedTicks.incrementAndGet() == 1) {
            return running.future();
          }
          resumed.add(startedTicks.get());
          return Future.succeededFuture();
        });
    takeNext(skippedTicks);
    takeNext(skippedTicks);
    takeNext(skippedTicks);
    assertThat(startedTicks).hasValue(1);
    running.complete();

    assertThat(takeNext(resumed)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "errs", "fails", "null"})
  void tick_fails_nextTickRuns(String failure) throws Exception {
    var ticks = new LinkedBlockingQueue<Integer>();

    start(
        tickAt -> {
          ticks.add(ticks.size());
          return fail(failure);
        });

    takeNext(ticks);
    takeNext(ticks);
    takeNext(ticks);
  }

  @Test
  void stop_always_startsNoFurtherTick() throws Exception {
    var ticks = new LinkedBlockingQueue<Instant>();
    var metronome = start(tickAt -> Future.succeededFuture(ticks.add(tickAt)));
    takeNext(ticks);

    onContext(
        () -> {
          metronome.stop();
          ticks.clear();
        });
    var later = Promise.<Void>promise();
    vertx.setTimer(5 * INTERVAL_MILLIS, timer -> later.complete());
    later.future().await(60, SECONDS);

    assertThat(ticks).isEmpty();
  }

  @SuppressWarnings("NullAway") // A faulty tick may return null.
  private static Future<?> fail(String failure) {
    return switch (failure) {
      case "throws" -> throw new IllegalStateException("on purpose");
      case "errs" -> throw new NoClassDefFoundError("on purpose");
      case "fails" -> Future.failedFuture("on purpose");
      default -> null;
    };
  }

  private Metronome start(Function<Instant, Future<?>> action) throws Exception {
    var metronome = new Metronome(vertx, clock, Duration.ofMillis(INTERVAL_MILLIS));
    onContext(() -> metronome.start(action, () -> skippedTicks.add(true)));
    return metronome;
  }

  private void onContext(Runnable action) throws Exception {
    var done = Promise.<Void>promise();
    context.runOnContext(
        v -> {
          action.run();
          done.complete();
        });
    done.future().await(60, SECONDS);
  }

  private static <T> T takeNext(BlockingQueue<T> queue) throws InterruptedException {
    var head = queue.poll(60, SECONDS);
    assertThat(head).as("in time").isNotNull();
    return head;
  }
}
