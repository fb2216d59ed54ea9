package io.muster.api.event;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.FleetEvent;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The metrics of fleet events: made = stored + dropped + waiting. Safe for use by any thread.
 *
 * @param made observations of this node
 * @param stored observations that an aggregator has accepted
 * @param dropped observations that were lost, because no aggregator was there for too long
 * @param skipped fleet events that slow subscribers did not get
 */
record EventMetrics(
    Counter made,
    Counter stored,
    Counter dropped,
    Counter skipped,
    Map<EventKind, Function<EventPhase, Counter>> events) {
  EventMetrics {
    events = Map.copyOf(events);
  }

  /**
   * Creates the metrics of a node.
   *
   * @param meters of the api role
   * @param fleetMeters of the fleet
   */
  static EventMetrics create(MeterFactory meters, MeterFactory fleetMeters) {
    var events = new EnumMap<EventKind, Function<EventPhase, Counter>>(EventKind.class);
    for (var kind : EventKind.values()) {
      events.put(
          kind,
          fleetMeters
              .withTag("kind", kind.word())
              .counters(
                  "events",
                  "Fleet events that this node has received, of all aggregators",
                  "phase",
                  EventPhase.class));
    }
    var metrics =
        new EventMetrics(
            meters.counter("observations.made", "Observations of conditions by this node"),
            meters.counter("observations.stored", "Observations that an aggregator has accepted"),
            meters.counter(
                "observations.dropped",
                "Observations lost because no aggregator was there for too long"),
            meters.counter(
                "fleet.events.skipped", "Fleet events that slow subscribers did not get"),
            events);
    meters.gauge(
        "observations.waiting",
        "Observations that wait for an aggregator",
        metrics,
        EventMetrics::waiting);
    return metrics;
  }

  void count(FleetEvent event) {
    var byPhase = events.get(event.kind());
    if (byPhase != null) {
      byPhase.apply(event.phase()).increment();
    }
  }

  double waiting() {
    return made.count() - stored.count() - dropped.count();
  }
}
