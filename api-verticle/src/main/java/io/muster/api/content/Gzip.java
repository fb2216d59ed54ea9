package io.muster.api.content;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** The content coding gzip: its negotiation (RFC 9110, 12.5.3), and the compression of a body. */
public final class Gzip {
  private static final CharSequence NAME = HttpHeaders.createOptimized("gzip");
  private static final Pattern ZERO_WEIGHT = Pattern.compile("q=0(\\.0{0,3})?");

  private Gzip() {}

  /** Returns true if the client names gzip with a weight other than zero. */
  public static boolean isAccepted(HttpServerRequest request) {
    var header = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    return header != null && isAccepted(header);
  }

  /** Sets the headers of the coding; returns true if the body must be compressed. */
  public static boolean negotiate(HttpServerRequest request, HttpServerResponse response) {
    response.headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    if (!isAccepted(request)) {
      return false;
    }
    response.putHeader(HttpHeaders.CONTENT_ENCODING, NAME);
    return true;
  }

  /**
   * Returns the compressed bytes.
   *
   * @param level level of {@link java.util.zip.Deflater}
   */
  public static byte[] compress(byte[] bytes, int level) {
    var compressed = new ByteArrayOutputStream(bytes.length / 4 + 64);
    try (var gzip = new LeveledStream(compressed, level)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("gzip into memory", e);
    }
    return compressed.toByteArray();
  }

  private static boolean isAccepted(String header) {
    for (var coding : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      var parts = coding.split(";", 2);
      if (parts[0].trim().equals("gzip")) {
        return parts.length == 1 || !ZERO_WEIGHT.matcher(parts[1].trim()).matches();
      }
    }
    return false;
  }

  /** A stream with a level, and whose {@code flush} completes what was written. */
  static final class LeveledStream extends GZIPOutputStream {
    LeveledStream(OutputStream out, int level) throws IOException {
      super(out, true);
      def.setLevel(level);
    }
  }
}
