package io.muster.aggregator.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The metrics of the heartbeats that an aggregator receives: received = accepted + duplicate +
 * outOfRange + unknownClient + rejected + failed + pending, and of their batches: started =
 * committed + failed + in flight. Safe for use by any thread.
 */
final class IngestMetrics {
  final Counter received;
  final Counter accepted;
  final Counter duplicate;
  final Counter outOfRange;
  final Counter unknownClient;
  final Counter rejected;
  final Counter failed;

  /** Heartbeats that wait, or are being written. */
  final AtomicInteger pending = new AtomicInteger();

  /** Heartbeats and device readings that wait to be written. */
  final AtomicInteger queuedRows = new AtomicInteger();

  final Counter startedBatches;
  final Counter failedBatches;
  final Timer commits;

  IngestMetrics(MeterRegistry registry) {
    var meters = new MeterFactory(registry, "muster.aggregator.");
    received = meters.counter("heartbeats.received", "Heartbeats received from collectors");
    accepted = meters.counter("heartbeats.accepted", "Heartbeats stored by this node");
    duplicate = meters.counter("heartbeats.duplicate", "Heartbeats that were already stored");
    outOfRange =
        meters.counter(
            "heartbeats.out_of_range",
            "Heartbeats not stored because they are too old or too far in the future");
    unknownClient =
        meters.counter("heartbeats.unknown", "Heartbeats of clients that are not registered");
    rejected =
        meters.counter(
            "heartbeats.refused",
            "Heartbeats rejected because they were malformed or the queue was full");
    failed =
        meters.counter(
            "heartbeats.failed",
            "Heartbeats not stored because the database failed; their senders keep them");
    meters.gauge(
        "heartbeats.held",
        "Heartbeats that wait in the queue or are being stored",
        pending,
        AtomicInteger::get);
    meters.gauge(
        "queue.rows",
        "Heartbeats and device readings in the queue; the limit is aggregator.queue_rows",
        queuedRows,
        AtomicInteger::get);
    startedBatches =
        meters.counter("batches", "Batches of heartbeats that this node started to store");
    failedBatches =
        meters.counter(
            "batches.failed", "Batches of heartbeats that were not stored because of a failure");
    commits = meters.timer("commit", "Duration of the batches of heartbeats that were committed");
  }
}
