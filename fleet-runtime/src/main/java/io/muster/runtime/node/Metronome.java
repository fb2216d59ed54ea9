package io.muster.runtime.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats at the multiples of an interval since the epoch, so that the hosts of a fleet beat
 * together. A beat that would start while the one before still runs is skipped, and so are beats
 * missed in a stall: nothing is caught up. Confined to the context that started it.
 */
public final class Metronome {
  private static final Logger log = LoggerFactory.getLogger(Metronome.class);
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final InstantSource clock;
  private final long intervalMillis;
  private final LongAdder ticks = new LongAdder();
  private final LongAdder skippedTicks = new LongAdder();
  private long timerId = NO_TIMER;
  private boolean running;
  private boolean tickInProgress;

  public Metronome(Vertx vertx, InstantSource clock, Duration interval) {
    this.vertx = vertx;
    this.clock = clock;
    this.intervalMillis = interval.toMillis();
    if (intervalMillis < 1) {
      throw new IllegalArgumentException("interval=" + interval + ": expected 1 ms or more");
    }
  }

  /**
   * Calls the function with the instant of each beat, until stopped. A beat lasts until its future
   * completes.
   */
  public void start(Function<Instant, Future<?>> action) {
    running = true;
    schedule(action);
  }

  /** No beat begins after this. */
  public void stop() {
    running = false;
    vertx.cancelTimer(timerId);
  }

  /** Beats that began. Any thread may ask. */
  public long ticks() {
    return ticks.sum();
  }

  /** Beats that were left out because the one before still ran. Any thread may ask. */
  public long skippedTicks() {
    return skippedTicks.sum();
  }

  /**
   * Milliseconds from an instant to the next beat: never 0, and at most an interval and a tenth. A
   * timer may fire a little early: up to a tenth of an interval before a beat counts as that beat.
   */
  static long delayMillis(long nowMillis, long intervalMillis) {
    var ticksBefore = Math.floorDiv(nowMillis + intervalMillis / 10, intervalMillis);
    return (ticksBefore + 1) * intervalMillis - nowMillis;
  }

  private void schedule(Function<Instant, Future<?>> action) {
    timerId = vertx.setTimer(delayMillis(clock.millis(), intervalMillis), fired -> tick(action));
  }

  private void tick(Function<Instant, Future<?>> action) {
    if (!running) {
      return;
    }
    schedule(action);
    if (tickInProgress) {
      skippedTicks.increment();
      return;
    }
    tickInProgress = true;
    ticks.increment();
    runTick(action).onComplete(done -> tickInProgress = false);
  }

  /** Anything that the beat throws, an Error too, fails the future: the next beat must come. */
  private Future<?> runTick(Function<Instant, Future<?>> action) {
    return Future.succeededFuture(clock.instant())
        .compose(tickAt -> action.apply(tickAt).<Void>mapEmpty())
        .onFailure(cause -> log.error("beat failed interval_ms={}", intervalMillis, cause));
  }
}
