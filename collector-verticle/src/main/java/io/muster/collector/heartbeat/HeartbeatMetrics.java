package io.muster.collector.heartbeat;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;

/**
 * Counters of a collector's heartbeats since its start. {@code recovered + recorded = acknowledged
 * + rejected + lost + pending}, except for the moment at which a heartbeat moves from one counter
 * to another.
 */
final class HeartbeatMetrics {
  final Counter recovered;
  final Counter recorded;
  final Counter skipped;
  final Counter sent;
  final Counter acknowledged;
  final Counter duplicate;
  final Counter outOfRange;
  final Counter rejected;
  final Counter lost;

  /** Registers the counters. */
  HeartbeatMetrics(MeterFactory meters) {
    recovered =
        meters.counter("heartbeats.recovered", "Heartbeats found in the spool at the start");
    recorded = meters.counter("heartbeats.recorded", "Heartbeats recorded from frames");
    skipped =
        meters.counter(
            "heartbeats.skipped",
            "Due frames that yielded no heartbeat because CPU or memory was not read");
    sent = meters.counter("heartbeats.sent", "Heartbeats sent to an aggregator, including retries");
    acknowledged =
        meters.counter(
            "heartbeats.acknowledged", "Heartbeats acknowledged and deleted from the spool");
    duplicate =
        meters.counter(
            "heartbeats.duplicate",
            "Heartbeats that were already stored, because a receipt was lost");
    outOfRange =
        meters.counter(
            "heartbeats.out_of_range",
            "Heartbeats not stored because they are too old or too far in the future");
    rejected =
        meters.counter("heartbeats.refused", "Heartbeats rejected by the aggregator and dropped");
    lost =
        meters.counter(
            "heartbeats.lost",
            "Heartbeats dropped because the spool was full, damaged or not writable");
  }
}
