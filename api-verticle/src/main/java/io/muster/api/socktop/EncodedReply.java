package io.muster.api.socktop;

import io.muster.api.content.Gzip;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * A reply, encoded once for all recipients, and compressed once, when the first recipient needs
 * that. Confined to one event loop.
 */
final class EncodedReply {
  /** JSON up to this size is sent uncompressed. */
  static final int MAX_UNCOMPRESSED_BYTES = 768;

  private final Buffer uncompressed;
  private final boolean isText;
  private @Nullable Buffer compressed;

  private EncodedReply(byte[] uncompressed, boolean isText) {
    this.uncompressed = Buffer.buffer(uncompressed);
    this.isText = isText;
  }

  /** Encodes the value as JSON. */
  static EncodedReply json(Object value) {
    return new EncodedReply(WireJson.bytes(value), true);
  }

  /**
   * Wraps a protobuf message. It is compressed at any size: clients that cannot see the type of a
   * frame treat bytes that happen to be valid UTF-8 as text.
   */
  static EncodedReply protobuf(byte[] message) {
    return new EncodedReply(message, false);
  }

  /**
   * Sends the reply as one message.
   *
   * @param asText true to send JSON as text at any size
   */
  void sendTo(WebSocketConnection connection, boolean asText) {
    if (isText && (asText || uncompressed.length() <= MAX_UNCOMPRESSED_BYTES)) {
      connection.sendText(uncompressed);
    } else {
      connection.sendBinary(compressed());
    }
  }

  private Buffer compressed() {
    var cached = compressed;
    if (cached == null) {
      cached = Buffer.buffer(Gzip.compress(uncompressed.getBytes(), Deflater.BEST_SPEED));
      compressed = cached;
    }
    return cached;
  }
}
