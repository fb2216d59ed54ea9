package io.muster.collector.loop;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;

/**
 * Metrics of the requests for a fresh frame, over all hosts of a collector.
 *
 * @param requests requests received
 * @param passes passes started by a request; the other requests shared a frame
 */
public record CollectMetrics(Counter requests, Counter passes) {
  /** Registers the metrics. */
  public static CollectMetrics of(MeterFactory meters) {
    return new CollectMetrics(
        meters.counter("requests", "Requests for a fresh frame that this node received"),
        meters.counter(
            "frames.on_request", "Frames collected on request; other requests shared one of them"));
  }
}
