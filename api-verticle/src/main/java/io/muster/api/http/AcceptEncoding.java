package io.muster.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.regex.Pattern;

/** The content codings that a client accepts (RFC 9110, 12.5.3). */
public final class AcceptEncoding {
  private static final Pattern ZERO_WEIGHT = Pattern.compile("q=0(\\.0{0,3})?");

  private AcceptEncoding() {}

  /** Returns true if the client names gzip with a weight other than zero. */
  public static boolean isGzipAccepted(HttpServerRequest request) {
    var header = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    return header != null && isGzipAccepted(header);
  }

  static boolean isGzipAccepted(String header) {
    for (var coding : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      var parts = coding.split(";", 2);
      if (parts[0].trim().equals("gzip")) {
        return parts.length == 1 || !ZERO_WEIGHT.matcher(parts[1].trim()).matches();
      }
    }
    return false;
  }
}
