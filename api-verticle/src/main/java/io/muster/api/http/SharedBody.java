package io.muster.api.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body that many answers share, and its gzip form, which is made once, when the first client asks
 * for it. Nobody may change the bytes. Any thread may use it.
 */
public final class SharedBody {
  private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");

  private final EncodedBody plain;
  private volatile @Nullable EncodedBody compressed;

  /** Takes the array over without a copy. */
  public SharedBody(byte[] bytes) {
    this.plain = new EncodedBody(bytes);
  }

  /**
   * Ends the answer, whose other headers are set, with these bytes, compressed if the client takes
   * that.
   */
  public Future<Void> end(HttpServerRequest request, HttpServerResponse response) {
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!AcceptEncoding.isGzipAccepted(request)) {
      return plain.end(response);
    }
    return compressedForm().end(response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP));
  }

  /** Makes the gzip form, which takes a while for a large body; answers itself. */
  public SharedBody compress() {
    compressedForm();
    return this;
  }

  /** Whether the gzip form is made. */
  public boolean isCompressed() {
    return compressed != null;
  }

  private EncodedBody compressedForm() {
    var known = compressed;
    if (known == null) {
      known = new EncodedBody(gzip(plain.bytes));
      compressed = known;
    }
    return known;
  }

  private static byte[] gzip(byte[] bytes) {
    var compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("gzip into memory", e);
    }
    return compressed.toByteArray();
  }

  /**
   * Bytes as the socket takes them. What is asked for again moves out of the heap, from where every
   * answer would copy it; large bodies stay, since such memory is given back late.
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
      var known = buffer;
      if (known != null && bufferFinal) {
        return known;
      }
      bufferFinal = known != null;
      var created =
          BufferInternal.buffer(
              Unpooled.wrappedBuffer(known == null ? heapBuffer() : directBuffer()));
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
