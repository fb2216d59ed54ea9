package io.muster.api.bridge;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;

/**
 * The metrics of the event-bus bridge: opened = open + closed. Safe for use by any thread.
 *
 * @param received messages of clients, including rejected ones
 * @param sent messages to clients
 * @param skipped values of an address that slow sessions did not get
 * @param rejected messages answered with an error of the bridge
 */
public record BridgeMetrics(
    Counter opened,
    Counter closed,
    Counter received,
    Counter sent,
    Counter skipped,
    Function<BridgeError, Counter> rejected) {
  /** Creates the metrics that all event loops of a node share. */
  public static BridgeMetrics create(MeterFactory meters) {
    var metrics =
        new BridgeMetrics(
            meters.counter("bridge.opened", "Sessions of the event-bus bridge opened by clients"),
            meters.counter("bridge.closed", "Sessions of the event-bus bridge closed"),
            meters.counter("bridge.messages.received", "Messages received by the event-bus bridge"),
            meters.counter("bridge.messages.sent", "Messages sent by the event-bus bridge"),
            meters.counter(
                "bridge.skipped", "Frames and summaries skipped by slow sessions of the bridge"),
            meters.counters(
                "bridge.refused",
                "Messages that the event-bus bridge answered with an error, by error",
                "error",
                BridgeError.class));
    meters.gauge(
        "bridge",
        "Open sessions of the event-bus bridge",
        metrics,
        each -> each.opened.count() - each.closed.count());
    return metrics;
  }
}
