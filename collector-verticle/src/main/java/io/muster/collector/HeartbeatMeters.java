package io.muster.collector;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.collector.heartbeat.HeartbeatCounters;
import io.muster.collector.heartbeat.HeartbeatLine;
import io.muster.runtime.node.Node;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What became of the heartbeats, as {@code muster_collector_heartbeats_*} in metrics and on the
 * health board.
 */
final class HeartbeatMeters {
  private static final String PREFIX = "muster.collector.heartbeats.";

  private final HeartbeatLine line;
  private final MeterRegistry meters;

  private HeartbeatMeters(HeartbeatLine line, MeterRegistry meters) {
    this.line = line;
    this.meters = meters;
  }

  /** recovered + recorded = acknowledged + refused + lost + pending. */
  static void bind(HeartbeatLine line, Node node) {
    var meters = new HeartbeatMeters(line, node.meterRegistry());
    meters.bindCourse();
    meters.bindLosses();
    meters.bindSpool();
    node.health().add("spool", () -> trouble(line.counters()));
  }

  private void bindCourse() {
    count("recovered", HeartbeatCounters::recovered, "Heartbeats found in the spool at the start");
    count("recorded", HeartbeatCounters::recorded, "Heartbeats made from frames");
    count(
        "sent",
        HeartbeatCounters::sent,
        "Heartbeats handed to an aggregator, each attempt counted");
    count(
        "acknowledged",
        HeartbeatCounters::acknowledged,
        "Heartbeats that are stored, and deleted from the spool");
    count(
        "duplicate",
        HeartbeatCounters::duplicate,
        "Heartbeats that were stored before: a receipt had been lost");
  }

  private void bindLosses() {
    count(
        "skipped",
        HeartbeatCounters::skipped,
        "Frames that were due and gave no heartbeat: CPU or memory was not read");
    count(
        "out_of_range",
        HeartbeatCounters::outOfRange,
        "Heartbeats too old or too far in the future to be stored");
    count(
        "refused",
        HeartbeatCounters::refused,
        "Heartbeats given up: no aggregator will ever take them");
    count(
        "lost",
        HeartbeatCounters::lost,
        "Heartbeats given up: the spool was full, damaged or not writable");
  }

  private void bindSpool() {
    gauge("pending", HeartbeatCounters::pending, "Heartbeats that are not acknowledged yet");
    gauge("pending.bytes", HeartbeatCounters::pendingBytes, "The pending heartbeats on disk");
    gauge(
        "oldest.age.seconds",
        counters -> counters.oldestAgeSeconds().orElse(0),
        "Age of the oldest pending heartbeat; 0 without one");
  }

  private static Optional<String> trouble(HeartbeatCounters counters) {
    return counters.writable() ? Optional.empty() : Optional.of("the spool cannot be written");
  }

  private void count(String name, ToDoubleFunction<HeartbeatCounters> value, String description) {
    FunctionCounter.builder(PREFIX + name, line, each -> value.applyAsDouble(each.counters()))
        .description(description)
        .register(meters);
  }

  private void gauge(String name, ToDoubleFunction<HeartbeatCounters> value, String description) {
    Gauge.builder(PREFIX + name, line, each -> value.applyAsDouble(each.counters()))
        .description(description)
        .register(meters);
  }
}
