package io.muster.api.state;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;

/**
 * The metrics of the subscribers of the fleet state: offered = delivered + merged + dropped + held,
 * where held states wait for a subscriber that does not read. Safe for use by any thread.
 *
 * @param offered states that were offered to subscribers
 * @param delivered full states and changes that were written
 * @param merged states that reached a slow or throttled subscriber as a part of a later one
 * @param dropped states that a subscriber had not received when it disconnected
 */
public record StateMetrics(Counter offered, Counter delivered, Counter merged, Counter dropped) {
  /** Creates the metrics that all event loops of a node share. */
  public static StateMetrics create(MeterFactory meters) {
    var metrics =
        new StateMetrics(
            meters.counter("states.offered", "Fleet states offered to subscribers"),
            meters.counter("states.delivered", "Fleet states and changes written to subscribers"),
            meters.counter(
                "states.merged",
                "Fleet states that reached a slow or throttled subscriber as a part of a later one"),
            meters.counter("states.dropped", "Fleet states lost by disconnected subscribers"));
    meters.gauge(
        "states.held", "Fleet states waiting for subscribers", metrics, StateMetrics::heldStates);
    return metrics;
  }

  /** States that wait for their subscribers. */
  public double heldStates() {
    return offered.count() - delivered.count() - merged.count() - dropped.count();
  }
}
