package io.muster.runtime.node;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ticks at the multiples of an interval since the epoch, so that the hosts of a fleet tick at the
 * same instants. A tick that would start while the previous one is still running is skipped, as are
 * ticks missed in a stall: missed ticks are not made up for. Confined to the context that started
 * it.
 */
public final class Metronome {
  private static final Logger log = LoggerFactory.getLogger(Metronome.class);
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final InstantSource clock;
  private final long intervalMillis;
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
   * Calls the function with the instant of each tick, until stopped. A tick lasts until its future
   * completes.
   *
   * @param onSkipped called at each tick at which the previous one is still running
   */
  public void start(Function<Instant, Future<?>> action, Runnable onSkipped) {
    running = true;
    schedule(action, onSkipped);
  }

  /** Stops the ticks; a tick that is running is not interrupted. */
  public void stop() {
    running = false;
    vertx.cancelTimer(timerId);
  }

  /**
   * Milliseconds from an instant to the next tick: more than 0, and at most an interval and a
   * tenth. A timer may fire slightly early: up to a tenth of an interval before a tick counts as
   * that tick.
   */
  static long delayMillis(long nowMillis, long intervalMillis) {
    var ticksBefore = Math.floorDiv(nowMillis + intervalMillis / 10, intervalMillis);
    return (ticksBefore + 1) * intervalMillis - nowMillis;
  }

  private void schedule(Function<Instant, Future<?>> action, Runnable onSkipped) {
    timerId =
        vertx.setTimer(
            delayMillis(clock.millis(), intervalMillis), fired -> tick(action, onSkipped));
  }

  private void tick(Function<Instant, Future<?>> action, Runnable onSkipped) {
    if (!running) {
      return;
    }
    schedule(action, onSkipped);
    if (tickInProgress) {
      onSkipped.run();
      return;
    }
    tickInProgress = true;
    runTick(action).onComplete(done -> tickInProgress = false);
  }

  /**
   * Runs one tick. Anything that it throws, including an Error, fails the future, so that the next
   * tick still runs.
   */
  private Future<?> runTick(Function<Instant, Future<?>> action) {
    return Future.succeededFuture(clock.instant())
        .compose(tickAt -> action.apply(tickAt).<Void>mapEmpty())
        .onFailure(cause -> log.error("tick failed interval_ms={}", intervalMillis, cause));
  }
}
