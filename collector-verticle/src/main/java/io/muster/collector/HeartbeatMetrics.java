package io.muster.collector;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.collector.heartbeat.HeartbeatPipeline;
import io.muster.collector.heartbeat.HeartbeatStatus;
import io.muster.runtime.node.Node;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What became of the heartbeats, as {@code muster_collector_heartbeats_*} in metrics and on the
 * health board.
 */
final class HeartbeatMetrics {
  private static final String PREFIX = "muster.collector.heartbeats.";

  private final HeartbeatPipeline pipeline;
  private final MeterRegistry registry;

  private HeartbeatMetrics(HeartbeatPipeline pipeline, MeterRegistry registry) {
    this.pipeline = pipeline;
    this.registry = registry;
  }

  /** recovered + recorded = acknowledged + refused + lost + pending. */
  static void bind(HeartbeatPipeline pipeline, Node node) {
    var metrics = new HeartbeatMetrics(pipeline, node.meterRegistry());
    metrics.bindProgress();
    metrics.bindLosses();
    metrics.bindSpool();
    node.health().add("spool", () -> problem(pipeline.status()));
  }

  private void bindProgress() {
    registerCounter(
        "recovered", HeartbeatStatus::recovered, "Heartbeats found in the spool at the start");
    registerCounter("recorded", HeartbeatStatus::recorded, "Heartbeats made from frames");
    registerCounter(
        "sent", HeartbeatStatus::sent, "Heartbeats handed to an aggregator, each attempt counted");
    registerCounter(
        "acknowledged",
        HeartbeatStatus::acknowledged,
        "Heartbeats that are stored, and deleted from the spool");
    registerCounter(
        "duplicate",
        HeartbeatStatus::duplicate,
        "Heartbeats that were stored before: a receipt had been lost");
  }

  private void bindLosses() {
    registerCounter(
        "skipped",
        HeartbeatStatus::skipped,
        "Frames that were due and gave no heartbeat: CPU or memory was not read");
    registerCounter(
        "out_of_range",
        HeartbeatStatus::outOfRange,
        "Heartbeats too old or too far in the future to be stored");
    registerCounter(
        "refused",
        HeartbeatStatus::rejected,
        "Heartbeats given up: no aggregator will ever take them");
    registerCounter(
        "lost",
        HeartbeatStatus::lost,
        "Heartbeats given up: the spool was full, damaged or not writable");
  }

  private void bindSpool() {
    registerGauge("pending", HeartbeatStatus::pending, "Heartbeats that are not acknowledged yet");
    registerGauge("pending.bytes", HeartbeatStatus::pendingBytes, "The pending heartbeats on disk");
    registerGauge(
        "oldest.age.seconds",
        status -> status.oldestAgeSeconds().orElse(0),
        "Age of the oldest pending heartbeat; 0 without one");
  }

  private static Optional<String> problem(HeartbeatStatus status) {
    return status.writable() ? Optional.empty() : Optional.of("the spool cannot be written");
  }

  private void registerCounter(
      String name, ToDoubleFunction<HeartbeatStatus> value, String description) {
    FunctionCounter.builder(PREFIX + name, pipeline, each -> value.applyAsDouble(each.status()))
        .description(description)
        .register(registry);
  }

  private void registerGauge(
      String name, ToDoubleFunction<HeartbeatStatus> value, String description) {
    Gauge.builder(PREFIX + name, pipeline, each -> value.applyAsDouble(each.status()))
        .description(description)
        .register(registry);
  }
}
