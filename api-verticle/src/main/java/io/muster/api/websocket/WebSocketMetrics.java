package io.muster.api.websocket;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.metrics.MeterFactory;
import java.util.function.Function;

/**
 * The metrics of WebSockets and their messages: opened = open + closed. Safe for use by any thread.
 *
 * @param received messages from clients, including text that is not valid UTF-8
 * @param sent messages to clients
 * @param rejected handshakes rejected and WebSockets closed, by reason
 */
public record WebSocketMetrics(
    Counter opened,
    Counter closed,
    Counter received,
    Counter sent,
    Function<WebSocketRejectionReason, Counter> rejected) {
  /** Creates the metrics that all endpoints of a node share. */
  public static WebSocketMetrics create(MeterFactory meters) {
    var metrics =
        new WebSocketMetrics(
            meters.counter("websockets.opened", "WebSockets opened by clients"),
            meters.counter("websockets.closed", "WebSockets closed, for any reason"),
            meters.counter(
                "websocket.messages.received", "Messages received from WebSocket clients"),
            meters.counter("websocket.messages.sent", "Messages sent to WebSocket clients"),
            meters.counters(
                "websockets.refused",
                "WebSocket handshakes rejected and WebSockets closed, by reason",
                "reason",
                WebSocketRejectionReason.class));
    meters.gauge(
        "websockets",
        "Open WebSockets",
        metrics,
        each -> each.opened.count() - each.closed.count());
    return metrics;
  }

  Counter rejected(WebSocketRejectionReason reason) {
    return rejected.apply(reason);
  }

  /** The rule that a client broke. */
  public enum WebSocketRejectionReason {
    /** The handshake is malformed. */
    HANDSHAKE,
    /** The page belongs to an origin that is not allowed. */
    ORIGIN,
    /** Too many open WebSockets from one address. */
    CONNECTIONS,
    /** Too many handshakes from one address. */
    UPGRADES,
    /** Too many messages. */
    MESSAGES,
    /** A message that is too large. */
    SIZE,
    /** Frames that violate the WebSocket protocol. */
    PROTOCOL,
    /** A client that sent no frame before the idle timeout. */
    SILENCE
  }
}
