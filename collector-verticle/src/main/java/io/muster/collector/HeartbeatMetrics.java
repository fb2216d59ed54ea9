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
 * Metrics of the heartbeat pipeline, {@code muster_collector_heartbeats_*}, and its health check.
 */
final class HeartbeatMetrics {
  private static final String PREFIX = "muster.collector.heartbeats.";

  private final HeartbeatPipeline pipeline;
  private final MeterRegistry registry;

  private HeartbeatMetrics(HeartbeatPipeline pipeline, MeterRegistry registry) {
    this.pipeline = pipeline;
    this.registry = registry;
  }

  /** Registers the metrics: recovered + recorded = acknowledged + refused + lost + pending. */
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
    registerCounter("recorded", HeartbeatStatus::recorded, "Heartbeats recorded from frames");
    registerCounter(
        "sent", HeartbeatStatus::sent, "Heartbeats sent to an aggregator, including retries");
    registerCounter(
        "acknowledged",
        HeartbeatStatus::acknowledged,
        "Heartbeats acknowledged and deleted from the spool");
    registerCounter(
        "duplicate",
        HeartbeatStatus::duplicate,
        "Heartbeats that were already stored, because a receipt was lost");
  }

  private void bindLosses() {
    registerCounter(
        "skipped",
        HeartbeatStatus::skipped,
        "Due frames that yielded no heartbeat because CPU or memory was not read");
    registerCounter(
        "out_of_range",
        HeartbeatStatus::outOfRange,
        "Heartbeats not stored because they are too old or too far in the future");
    registerCounter(
        "refused", HeartbeatStatus::rejected, "Heartbeats rejected by the aggregator and dropped");
    registerCounter(
        "lost",
        HeartbeatStatus::lost,
        "Heartbeats dropped because the spool was full, damaged or not writable");
  }

  private void bindSpool() {
    registerGauge(
        "pending", HeartbeatStatus::pending, "Heartbeats that no aggregator has acknowledged yet");
    registerGauge(
        "pending.bytes", HeartbeatStatus::pendingBytes, "Size of the pending heartbeats on disk");
    registerGauge(
        "oldest.age.seconds",
        status -> status.oldestAgeSeconds().orElse(0),
        "Age of the oldest pending heartbeat, 0 if none is pending");
  }

  private static Optional<String> problem(HeartbeatStatus status) {
    return status.isWritable() ? Optional.empty() : Optional.of("the spool is not writable");
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
