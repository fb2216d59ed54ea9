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

  private final Form plain;
  private volatile @Nullable Form compressed;

  /** Takes the array over without a copy. */
  public SharedBody(byte[] bytes) {
    this.plain = new Form(bytes);
  }

  /**
   * Ends the answer, whose other headers are set, with these bytes, compressed if the client takes
   * that.
   */
  public Future<Void> end(HttpServerRequest request, HttpServerResponse head) {
    head.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!AcceptEncoding.takesGzip(request)) {
      return plain.end(head);
    }
    return compressed().end(head.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP));
  }

  /** Makes the gzip form, which takes a while for a large body; answers itself. */
  public SharedBody compress() {
    compressed();
    return this;
  }

  /** Whether the gzip form is made. */
  public boolean isCompressed() {
    return compressed != null;
  }

  private Form compressed() {
    var known = compressed;
    if (known == null) {
      known = new Form(gzip(plain.bytes));
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
  private static final class Form {
    private static final int MAX_OUTSIDE_BYTES = 1 << 20;

    private final byte[] bytes;
    private final CharSequence length;
    private volatile @Nullable Buffer buffer;
    private volatile boolean settled;

    Form(byte[] bytes) {
      this.bytes = bytes;
      this.length = HttpHeaders.createOptimized(Integer.toString(bytes.length));
    }

    Future<Void> end(HttpServerResponse head) {
      return head.putHeader(HttpHeaders.CONTENT_LENGTH, length).end(buffer());
    }

    private Buffer buffer() {
      var known = buffer;
      if (known != null && settled) {
        return known;
      }
      settled = known != null;
      var made = BufferInternal.buffer(Unpooled.wrappedBuffer(known == null ? heap() : outside()));
      buffer = made;
      return made;
    }

    private ByteBuffer heap() {
      return ByteBuffer.wrap(bytes);
    }

    private ByteBuffer outside() {
      return bytes.length > MAX_OUTSIDE_BYTES
          ? heap()
          : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
  }
}
