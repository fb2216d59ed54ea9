package io.muster.collector;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.muster.bus.FrameTopic;
import io.muster.collector.heartbeat.HeartbeatCounters;
import io.muster.collector.heartbeat.HeartbeatLine;
import io.muster.runtime.node.Node;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What a collector counts of itself, as {@code muster_collector_*} in {@code /metrics} and on the
 * health board.
 */
final class CollectorMeters {
  private static final String PREFIX = "muster.collector.heartbeats.";

  private CollectorMeters() {}

  static void bind(FrameTopic topic, Node node) {
    FunctionCounter.builder("muster.collector.frames.published", topic, FrameTopic::published)
        .register(node.meters());
  }

  /** recovered + recorded = acknowledged + refused + lost + pending. */
  static void bind(HeartbeatLine line, Node node) {
    counter("recovered", HeartbeatCounters::recovered, line, node);
    counter("recorded", HeartbeatCounters::recorded, line, node);
    counter("skipped", HeartbeatCounters::skipped, line, node);
    counter("sent", HeartbeatCounters::sent, line, node);
    counter("acknowledged", HeartbeatCounters::acknowledged, line, node);
    counter("duplicate", HeartbeatCounters::duplicate, line, node);
    counter("out_of_range", HeartbeatCounters::outOfRange, line, node);
    counter("refused", HeartbeatCounters::refused, line, node);
    counter("lost", HeartbeatCounters::lost, line, node);
    gauge("pending", HeartbeatCounters::pending, line, node);
    gauge("pending.bytes", HeartbeatCounters::pendingBytes, line, node);
    gauge("oldest.age.seconds", counters -> counters.oldestAgeSeconds().orElse(0), line, node);
    node.health().add("spool", () -> trouble(line.counters()));
  }

  private static Optional<String> trouble(HeartbeatCounters counters) {
    return counters.writable() ? Optional.empty() : Optional.of("the spool cannot be written");
  }

  private static void counter(
      String name, ToDoubleFunction<HeartbeatCounters> value, HeartbeatLine line, Node node) {
    FunctionCounter.builder(PREFIX + name, line, each -> value.applyAsDouble(each.counters()))
        .register(node.meters());
  }

  private static void gauge(
      String name, ToDoubleFunction<HeartbeatCounters> value, HeartbeatLine line, Node node) {
    Gauge.builder(PREFIX + name, line, each -> value.applyAsDouble(each.counters()))
        .register(node.meters());
  }
}
