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
 * @param nanos elapsed time, ns
 * @param patience how long somebody waits for an answer
 * @param pause completes after that time
 * @param tally counts
 */
public record InspectionTerms(
    LongSupplier nanos,
    Duration patience,
    Function<Duration, Future<?>> pause,
    InspectionTally tally) {
  /** An answer takes two seconds at most. */
  public static InspectionTerms of(Vertx vertx, LongSupplier nanos, InspectionTally tally) {
    return new InspectionTerms(
        nanos, Duration.ofSeconds(2), pause -> vertx.timer(pause.toMillis(), MILLISECONDS), tally);
  }
}
