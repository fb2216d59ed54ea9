package io.muster.api.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A body that many answers share, and its gzip form, which is made once, when the first client asks
 * for it. Nobody may change the bytes. Any thread may use it.
 */
public final class SharedBody {
  private final byte[] bytes;
  private final Buffer plain;
  private final CharSequence plainLength;
  private volatile @Nullable Buffer compressed;

  /** Takes the array over without a copy. */
  public SharedBody(byte[] bytes) {
    this.bytes = bytes;
    this.plain = Buffer.buffer(bytes);
    this.plainLength = HttpHeaders.createOptimized(Integer.toString(bytes.length));
  }

  /**
   * Ends the answer, whose other headers are set, with these bytes, compressed if the client takes
   * that.
   */
  public Future<Void> end(HttpServerRequest request, HttpServerResponse head) {
    head.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!AcceptEncoding.takesGzip(request)) {
      return head.putHeader(HttpHeaders.CONTENT_LENGTH, plainLength).end(plain);
    }
    var body = compressed();
    return head.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .end(body);
  }

  private Buffer compressed() {
    var known = compressed;
    if (known == null) {
      known = Buffer.buffer(gzip(bytes));
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
}
