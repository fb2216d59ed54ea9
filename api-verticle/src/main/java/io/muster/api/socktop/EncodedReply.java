package io.muster.api.socktop;

import io.muster.api.websocket.WebSocketConnection;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One answer, encoded once for all who get it; compressed once too, when the first one takes it so.
 * Confined to its event loop.
 */
final class EncodedReply {
  /** What is no longer goes uncompressed. */
  static final int MAX_UNCOMPRESSED_BYTES = 768;

  private final Buffer uncompressed;
  private final boolean isText;
  private @Nullable Buffer compressed;

  private EncodedReply(byte[] uncompressed, boolean isText) {
    this.uncompressed = Buffer.buffer(uncompressed);
    this.isText = isText;
  }

  /** The value as JSON. */
  static EncodedReply json(Object value) {
    return new EncodedReply(WireJson.bytes(value), true);
  }

  /**
   * A protobuf message. It is compressed however short it is: clients that cannot see the type of a
   * frame take bytes that happen to be UTF-8 for a text.
   */
  static EncodedReply protobuf(byte[] message) {
    return new EncodedReply(message, false);
  }

  /**
   * Sends it as one message.
   *
   * @param asText whether JSON stays a text however long it is
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
      cached = Buffer.buffer(gzip(uncompressed.getBytes()));
      compressed = cached;
    }
    return cached;
  }

  private static byte[] gzip(byte[] bytes) {
    var compressed = new ByteArrayOutputStream(bytes.length / 3 + 64);
    try (var gzip = new FastGzip(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("gzip into memory", e);
    }
    return compressed.toByteArray();
  }

  /** The fastest level. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
