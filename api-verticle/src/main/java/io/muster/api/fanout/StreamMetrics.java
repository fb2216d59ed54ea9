package io.muster.api.fanout;

import io.micrometer.core.instrument.Counter;
import io.muster.api.limit.OpenCount;
import io.muster.bus.metrics.MeterFactory;

/**
 * The metrics of event streams: offered = delivered + throttled + dropped + held, where held frames
 * are queued in mailboxes. Safe for use by any thread.
 *
 * @param openStreams open streams
 * @param offered frames that were put into mailboxes
 * @param delivered frames that were written
 * @param throttled frames that the throttle of a subscriber skipped
 * @param dropped frames lost by slow or disconnected subscribers
 * @param writtenBytes events and comments, including the framing of their chunks
 */
public record StreamMetrics(
    OpenCount openStreams,
    Counter offered,
    Counter delivered,
    Counter throttled,
    Counter dropped,
    Counter writtenBytes) {
  /** Creates the metrics that all event loops of a node share. */
  public static StreamMetrics create(MeterFactory meters) {
    var metrics =
        new StreamMetrics(
            new OpenCount(),
            meters.counter("events.offered", "Frames offered to the subscribers of /events"),
            meters.counter("events.delivered", "Frames written to subscribers"),
            meters.counter("events.throttled", "Frames skipped by the throttle of subscribers"),
            meters.counter("events.dropped", "Frames lost by slow or disconnected subscribers"),
            meters.counter("events.written.bytes", "Bytes written to subscribers"));
    meters.gauge("subscribers", "Open event streams", metrics.openStreams, OpenCount::current);
    meters.gauge("events.held", "Frames waiting in mailboxes", metrics, StreamMetrics::heldFrames);
    return metrics;
  }

  /** Frames in mailboxes. */
  public double heldFrames() {
    return offered.count() - delivered.count() - throttled.count() - dropped.count();
  }
}
