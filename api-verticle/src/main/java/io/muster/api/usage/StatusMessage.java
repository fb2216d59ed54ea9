package io.muster.api.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/** The short messages of the protocol, shared by everybody. */
final class StatusMessage {
  static final Buffer SUBSCRIBED = Buffer.buffer("{\"status\":\"subscribed\"}");
  static final Buffer UNSUBSCRIBED = Buffer.buffer("{\"status\":\"unsubscribed\"}");
  static final Buffer PONG = Buffer.buffer("{\"type\":\"pong\"}");
  static final Buffer NOT_SUBSCRIBED = error("expected subscribe:usage");
  static final Buffer UNKNOWN_MESSAGE = error("unknown message");

  private StatusMessage() {}

  /**
   * The host is silent.
   *
   * @param sinceSeconds when it was last heard, seconds since the epoch
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
