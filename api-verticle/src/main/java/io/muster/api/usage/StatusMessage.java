package io.muster.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/** The constant and status messages of the protocol; constants are shared by all connections. */
final class StatusMessage {
  static final Buffer SUBSCRIBED = Buffer.buffer("{\"status\":\"subscribed\"}");
  static final Buffer UNSUBSCRIBED = Buffer.buffer("{\"status\":\"unsubscribed\"}");
  static final Buffer PONG = Buffer.buffer("{\"type\":\"pong\"}");
  static final Buffer NOT_SUBSCRIBED = error("expected subscribe:usage");
  static final Buffer UNKNOWN_MESSAGE = error("unknown message");

  private StatusMessage() {}

  /**
   * Returns the message that the host is silent.
   *
   * @param sinceSeconds time of its last data, seconds since the epoch; empty if unknown
   */
  static Buffer stale(String host, OptionalLong sinceSeconds) {
    return Buffer.buffer(WireJson.bytes(new StaleMessage("stale", host, sinceSeconds)));
  }

  private static Buffer error(String text) {
    return Buffer.buffer("{\"status\":\"error\",\"error\":\"" + text + "\"}");
  }

  @JsonPropertyOrder({"status", "host", "since"})
  private record StaleMessage(
      String status, String host, @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalLong since) {}
}
