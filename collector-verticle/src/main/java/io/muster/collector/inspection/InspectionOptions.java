package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the inspections of all hosts of a collector have in common.
 *
 * @param nanoTime elapsed time, ns
 * @param timeout how long somebody waits for an answer
 * @param delay completes after that time
 * @param counters counts
 */
public record InspectionOptions(
    LongSupplier nanoTime,
    Duration timeout,
    Function<Duration, Future<?>> delay,
    InspectionCounters counters) {
  /** An answer takes two seconds at most. */
  public static InspectionOptions of(
      Vertx vertx, LongSupplier nanoTime, InspectionCounters counters) {
    return new InspectionOptions(
        nanoTime,
        Duration.ofSeconds(2),
        duration -> vertx.timer(duration.toMillis(), MILLISECONDS),
        counters);
  }
}
