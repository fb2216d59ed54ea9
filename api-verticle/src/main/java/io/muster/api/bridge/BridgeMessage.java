package io.muster.api.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A message for clients, which many sessions may share: each form is encoded once. Confined to one
 * event loop.
 */
public final class BridgeMessage {
  private final Buffer json;
  private @Nullable Buffer sockJsFrame;

  private BridgeMessage(Buffer json) {
    this.json = json;
  }

  /**
   * Creates a message of an address, or a reply.
   *
   * @param body JSON
   */
  public static BridgeMessage received(String address, Buffer body) {
    return received(address, 0, body);
  }

  /**
   * Creates a message that tells its session in the header {@code skipped} how many it has skipped
   * before.
   *
   * @param body JSON
   */
  public static BridgeMessage received(String address, long skipped, Buffer body) {
    var message = Buffer.buffer(body.length() + 100).appendString("{\"type\":\"rec\",\"address\":");
    message.appendBytes(WireJson.bytes(address));
    if (skipped > 0) {
      message.appendString(",\"headers\":{\"skipped\":\"" + skipped + "\"}");
    }
    return new BridgeMessage(
        message.appendString(",\"body\":").appendBuffer(body).appendString("}"));
  }

  /** Creates an error, which the clients pass to their error handler. */
  static BridgeMessage error(BridgeError error) {
    return new BridgeMessage(
        Buffer.buffer(WireJson.bytes(new TreeMap<>(Map.of("type", "err", "body", error.body())))));
  }

  /** Creates the failure of a reply. */
  static BridgeMessage failure(String replyAddress, int code, String type, String message) {
    return new BridgeMessage(
        Buffer.buffer(
            WireJson.bytes(
                new TreeMap<>(
                    Map.of(
                        "type", "err",
                        "address", replyAddress,
                        "failureCode", code,
                        "failureType", type,
                        "message", message)))));
  }

  /** The message as JSON; must not be changed. */
  Buffer json() {
    return json;
  }

  /** The message as a frame of SockJS; must not be changed. */
  Buffer sockJsFrame() {
    var frame = sockJsFrame;
    if (frame == null) {
      frame = SockJsFrame.ofMessage(json.toString(UTF_8));
      sockJsFrame = frame;
    }
    return frame;
  }
}
