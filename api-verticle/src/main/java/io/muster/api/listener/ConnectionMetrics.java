package io.muster.api.listener;

import io.micrometer.core.instrument.Counter;
import io.muster.api.limit.OpenCount;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;

/**
 * The metrics of connections. Safe for use by any thread.
 *
 * @param open open connections, including those over a Unix socket
 * @param rejected connections that were rejected or closed, by reason
 */
public record ConnectionMetrics(OpenCount open, Function<DisconnectReason, Counter> rejected) {
  /** Creates the metrics that all listeners of a node share. */
  public static ConnectionMetrics create(MeterFactory meters) {
    var metrics =
        new ConnectionMetrics(
            new OpenCount(),
            meters.counters(
                "connections.refused",
                "Client connections rejected or closed, by reason",
                "reason",
                DisconnectReason.class));
    meters.gauge("connections", "Open client connections", metrics.open, OpenCount::current);
    return metrics;
  }

  Counter rejected(DisconnectReason reason) {
    return rejected.apply(reason);
  }

  /** The reason why this node rejected or closed a connection. */
  public enum DisconnectReason {
    /** The head of a request was not complete in time. */
    HEAD,
    /** The client sent and read nothing for too long. */
    IDLE,
    /** Too many connections were open. */
    CAP,
    /** The input was not valid HTTP/1. */
    MALFORMED
  }
}
