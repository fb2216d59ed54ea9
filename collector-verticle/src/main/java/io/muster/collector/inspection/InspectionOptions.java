package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The parameters that the inspections of all hosts of a collector share.
 *
 * @param nanoTime elapsed time, ns
 * @param timeout timeout of a request
 * @param delay returns a future that completes after the given time
 * @param metrics counters of the inspections
 */
public record InspectionOptions(
    LongSupplier nanoTime,
    Duration timeout,
    Function<Duration, Future<?>> delay,
    InspectionMetrics metrics) {
  /** Returns options with a timeout of two seconds. */
  public static InspectionOptions of(
      Vertx vertx, LongSupplier nanoTime, InspectionMetrics metrics) {
    return new InspectionOptions(
        nanoTime,
        Duration.ofSeconds(2),
        duration -> vertx.timer(duration.toMillis(), MILLISECONDS),
        metrics);
  }
}
