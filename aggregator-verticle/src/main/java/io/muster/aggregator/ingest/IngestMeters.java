package io.muster.aggregator.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.muster.aggregator.store.HeartbeatStore;
import io.muster.runtime.node.Node;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** What the aggregator counts of the heartbeats that come in. */
final class IngestMeters {
  private static final String METER = "muster.aggregator.";

  private final Node node;

  IngestMeters(Node node) {
    this.node = node;
  }

  /** begun = committed + failed + those under way. */
  HeartbeatStore timed(HeartbeatStore store) {
    var begun =
        Counter.builder(METER + "batches")
            .description("Batches of heartbeats that began to be written")
            .register(node.meterRegistry());
    var failed =
        Counter.builder(METER + "batches.failed")
            .description("Batches of heartbeats that failed")
            .register(node.meterRegistry());
    var commits =
        Timer.builder(METER + "commit")
            .description("Time of the batches that were committed")
            .register(node.meterRegistry());
    return arrivals -> {
      begun.increment();
      var from = node.clocks().nanoTime().getAsLong();
      return store
          .store(arrivals)
          .onSuccess(
              committed ->
                  commits.record(node.clocks().nanoTime().getAsLong() - from, TimeUnit.NANOSECONDS))
          .onFailure(cause -> failed.increment());
    };
  }

  void count(HeartbeatIntake.Counts counts) {
    counter(
        "received", "Heartbeats that collectors sent", counts, HeartbeatIntake.Counts::received);
    counter("accepted", "Heartbeats stored by this node", counts, HeartbeatIntake.Counts::accepted);
    counter(
        "duplicate",
        "Heartbeats that were stored before",
        counts,
        HeartbeatIntake.Counts::duplicate);
    counter(
        "out_of_range",
        "Heartbeats too old, or too far in the future",
        counts,
        HeartbeatIntake.Counts::outOfRange);
    counter(
        "unknown",
        "Heartbeats of clients that are not registered",
        counts,
        HeartbeatIntake.Counts::unknown);
    counter(
        "refused",
        "Heartbeats that were malformed, or met a full queue",
        counts,
        HeartbeatIntake.Counts::refused);
    counter(
        "failed",
        "Heartbeats not stored because the database failed; the senders keep them",
        counts,
        HeartbeatIntake.Counts::failed);
    gauge(
        "heartbeats.held",
        "Heartbeats that wait, or are being written",
        counts,
        HeartbeatIntake.Counts::held);
    gauge(
        "queue.rows",
        "Heartbeats and device readings that wait; aggregator.queue_rows is the most",
        counts,
        HeartbeatIntake.Counts::queuedRows);
  }

  private void counter(
      String outcome,
      String help,
      HeartbeatIntake.Counts counts,
      ToDoubleFunction<HeartbeatIntake.Counts> value) {
    FunctionCounter.builder(METER + "heartbeats." + outcome, counts, value)
        .description(help)
        .register(node.meterRegistry());
  }

  private void gauge(
      String name,
      String help,
      HeartbeatIntake.Counts counts,
      ToDoubleFunction<HeartbeatIntake.Counts> value) {
    Gauge.builder(METER + name, counts, value).description(help).register(node.meterRegistry());
  }
}
