package io.muster.aggregator.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.muster.aggregator.ingest.BatchingHeartbeatService.IngestCounters;
import io.muster.aggregator.store.HeartbeatStore;
import io.muster.runtime.node.Node;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The metrics of the heartbeats that the aggregator receives. */
final class IngestMetrics {
  private static final String METRIC_PREFIX = "muster.aggregator.";

  private final Node node;

  IngestMetrics(Node node) {
    this.node = node;
  }

  /** Returns the store with metrics of its batches: started = committed + failed + in flight. */
  HeartbeatStore instrument(HeartbeatStore store) {
    var startedBatches =
        Counter.builder(METRIC_PREFIX + "batches")
            .description("Batches of heartbeats that this node started to store")
            .register(node.meterRegistry());
    var failedBatches =
        Counter.builder(METRIC_PREFIX + "batches.failed")
            .description("Batches of heartbeats that were not stored because of a failure")
            .register(node.meterRegistry());
    var commitDurations =
        Timer.builder(METRIC_PREFIX + "commit")
            .description("Duration of the batches of heartbeats that were committed")
            .register(node.meterRegistry());
    return batches -> {
      startedBatches.increment();
      var startNanos = node.clocks().nanoTime().getAsLong();
      return store
          .store(batches)
          .onSuccess(
              committed ->
                  commitDurations.record(
                      node.clocks().nanoTime().getAsLong() - startNanos, TimeUnit.NANOSECONDS))
          .onFailure(cause -> failedBatches.increment());
    };
  }

  void register(IngestCounters counters) {
    registerCounter(
        "received", "Heartbeats received from collectors", counters, IngestCounters::received);
    registerCounter(
        "accepted", "Heartbeats stored by this node", counters, IngestCounters::accepted);
    registerCounter(
        "duplicate", "Heartbeats that were already stored", counters, IngestCounters::duplicate);
    registerCounter(
        "out_of_range",
        "Heartbeats not stored because they are too old or too far in the future",
        counters,
        IngestCounters::outOfRange);
    registerCounter(
        "unknown",
        "Heartbeats of clients that are not registered",
        counters,
        IngestCounters::unknownClient);
    registerCounter(
        "refused",
        "Heartbeats rejected because they were malformed or the queue was full",
        counters,
        IngestCounters::rejected);
    registerCounter(
        "failed",
        "Heartbeats not stored because the database failed; their senders keep them",
        counters,
        IngestCounters::failed);
    registerGauge(
        "heartbeats.held",
        "Heartbeats that wait in the queue or are being stored",
        counters,
        IngestCounters::pending);
    registerGauge(
        "queue.rows",
        "Heartbeats and device readings in the queue; the limit is aggregator.queue_rows",
        counters,
        IngestCounters::queuedRows);
  }

  private void registerCounter(
      String outcome,
      String help,
      IngestCounters counters,
      ToDoubleFunction<IngestCounters> value) {
    FunctionCounter.builder(METRIC_PREFIX + "heartbeats." + outcome, counters, value)
        .description(help)
        .register(node.meterRegistry());
  }

  private void registerGauge(
      String name, String help, IngestCounters counters, ToDoubleFunction<IngestCounters> value) {
    Gauge.builder(METRIC_PREFIX + name, counters, value)
        .description(help)
        .register(node.meterRegistry());
  }
}
