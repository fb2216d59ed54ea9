package io.muster.api.http;

import io.muster.api.content.Gzip;
import io.muster.api.stream.VertxInternals;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * A body shared by many responses, and its gzip form, which is compressed once, on the first
 * request for it. The bytes must not be changed. Safe for use by any thread.
 */
public final class SharedBody {
  private final EncodedBody plain;
  private volatile @Nullable EncodedBody compressed;

  /** Creates a body of the array, without a copy. */
  public SharedBody(byte[] bytes) {
    this.plain = new EncodedBody(bytes);
  }

  /**
   * Ends the response, whose other headers are set, with these bytes, compressed if the client
   * accepts gzip.
   */
  public Future<Void> end(HttpServerRequest request, HttpServerResponse response) {
    return (Gzip.negotiate(request, response) ? compressedForm() : plain).end(response);
  }

  /** Returns a copy of the bytes. */
  public Buffer toBuffer() {
    return Buffer.buffer(plain.bytes);
  }

  /** Creates the gzip form, which is slow for a large body; returns this body. */
  public SharedBody compress() {
    compressedForm();
    return this;
  }

  /** Returns true if the gzip form exists. */
  public boolean isCompressed() {
    return compressed != null;
  }

  private EncodedBody compressedForm() {
    var cached = compressed;
    if (cached == null) {
      cached = new EncodedBody(Gzip.compress(plain.bytes, Deflater.DEFAULT_COMPRESSION));
      compressed = cached;
    }
    return cached;
  }

  /**
   * Bytes as they are written to the socket. From the second use on they are in direct memory,
   * since every response would copy them from the heap; bodies over 1 MiB stay on the heap, since
   * direct memory is released late. Safe for use by any thread.
   */
  private static final class EncodedBody {
    private static final int MAX_DIRECT_BYTES = 1 << 20;

    private final byte[] bytes;
    private final CharSequence length;
    private volatile @Nullable Buffer buffer;
    private volatile boolean bufferFinal;

    EncodedBody(byte[] bytes) {
      this.bytes = bytes;
      this.length = HttpHeaders.createOptimized(Integer.toString(bytes.length));
    }

    Future<Void> end(HttpServerResponse response) {
      return response.putHeader(HttpHeaders.CONTENT_LENGTH, length).end(buffer());
    }

    private Buffer buffer() {
      var cached = buffer;
      if (cached != null && bufferFinal) {
        return cached;
      }
      bufferFinal = cached != null;
      var created = VertxInternals.wrap(cached == null ? heapBuffer() : directBuffer());
      buffer = created;
      return created;
    }

    private ByteBuffer heapBuffer() {
      return ByteBuffer.wrap(bytes);
    }

    private ByteBuffer directBuffer() {
      return bytes.length > MAX_DIRECT_BYTES
          ? heapBuffer()
          : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
  }
}
