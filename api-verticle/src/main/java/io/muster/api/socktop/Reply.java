package io.muster.api.socktop;

import io.muster.api.websocket.Socket;
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
final class Reply {
  /** What is no longer goes uncompressed. */
  static final int MAX_PLAIN_BYTES = 768;

  private final Buffer plain;
  private final boolean text;
  private @Nullable Buffer compressed;

  private Reply(byte[] plain, boolean text) {
    this.plain = Buffer.buffer(plain);
    this.text = text;
  }

  /** The value as JSON. */
  static Reply json(Object value) {
    return new Reply(WireJson.bytes(value), true);
  }

  /**
   * A protobuf message. It is compressed however short it is: clients that cannot see the type of a
   * frame take bytes that happen to be UTF-8 for a text.
   */
  static Reply protobuf(byte[] message) {
    return new Reply(message, false);
  }

  /**
   * Sends it as one message.
   *
   * @param asText whether JSON stays a text however long it is
   */
  void sendTo(Socket socket, boolean asText) {
    if (text && (asText || plain.length() <= MAX_PLAIN_BYTES)) {
      socket.text(plain);
    } else {
      socket.binary(compressed());
    }
  }

  private Buffer compressed() {
    var known = compressed;
    if (known == null) {
      known = Buffer.buffer(gzip(plain.getBytes()));
      compressed = known;
    }
    return known;
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
