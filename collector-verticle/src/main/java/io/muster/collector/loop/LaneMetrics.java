package io.muster.collector.loop;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;

/**
 * Metrics of one source, shared by its lanes.
 *
 * @param reads duration of each read that ended, in time or late, successfully or not; since the
 *     request, waiting for the thread included
 * @param timeouts passes that continued without the source
 */
record LaneMetrics(Timer reads, Counter timeouts) {
  /** Registers the metrics with the name of the source as tag. */
  static LaneMetrics of(String source, MeterFactory meters) {
    var tagged = meters.withTag("source", source);
    return new LaneMetrics(
        tagged.timer(
            "source.read", "Duration of a read of the source, including reads that timed out"),
        tagged.counter(
            "source.timeouts", "Passes that a source missed because its read timed out"));
  }
}
