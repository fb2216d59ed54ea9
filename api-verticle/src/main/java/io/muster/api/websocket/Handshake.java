package io.muster.api.websocket;

import io.muster.api.websocket.SocketCounters.Refused;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request is a sound opening handshake (RFC 6455 section 4.2.1), and comes from a page
 * that may open it.
 */
final class Handshake {
  private static final String VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final int KEY_LETTERS = 24;
  private static final String ALL = "*";

  private final List<String> origins;

  /**
   * A rule.
   *
   * @param origins whose pages may open WebSockets besides those of the node's own host; {@code *}
   *     for all
   */
  Handshake(List<String> origins) {
    this.origins = List.copyOf(origins);
  }

  /** Why the request is refused; empty when it is sound. */
  Optional<Refusal> refusal(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)
        || request.version() != HttpVersion.HTTP_1_1
        || !request.headers().contains(HttpHeaders.UPGRADE)) {
      return refusal(Refused.HANDSHAKE, 426, "this door opens by a WebSocket handshake");
    }
    if (!lists(request, HttpHeaders.UPGRADE, "websocket")
        || !lists(request, HttpHeaders.CONNECTION, "upgrade")
        || hasBody(request)) {
      return malformed("expected Upgrade: websocket, Connection: Upgrade and no body");
    }
    if (!request.headers().getAll("Sec-WebSocket-Version").equals(List.of(VERSION))) {
      return malformed("expected Sec-WebSocket-Version: " + VERSION);
    }
    var keys = request.headers().getAll("Sec-WebSocket-Key");
    if (keys.size() != 1 || !isKey(keys.get(0))) {
      return malformed("expected one Sec-WebSocket-Key of 16 bytes in base64");
    }
    return isWelcome(request)
        ? Optional.empty()
        : refusal(
            Refused.ORIGIN,
            403,
            "pages of this origin may not open it: list the origin in api.cors_origins");
  }

  /**
   * Programs send no origin. A page is welcome when it came from the host that it now calls, by
   * whichever port: a proxy often hands on the name without it.
   */
  private boolean isWelcome(HttpServerRequest request) {
    var sent = request.headers().getAll(HttpHeaders.ORIGIN);
    if (sent.isEmpty() || origins.contains(ALL)) {
      return true;
    }
    var origin = sent.get(0);
    var authority = request.authority();
    return sent.size() == 1
        && (origins.contains(origin)
            || (authority != null && hostOf(origin).equals(bare(authority.host()))));
  }

  /** Empty text, which is no host, for what is no origin of a page. */
  private static String hostOf(String origin) {
    try {
      var host = new URI(origin).getHost();
      return host == null ? "" : bare(host);
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private static String bare(String host) {
    var name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean lists(HttpServerRequest request, CharSequence header, String word) {
    return request.headers().getAll(header).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(listed -> listed.strip().equalsIgnoreCase(word));
  }

  private static boolean hasBody(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (length != null && !length.equals("0"))
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isKey(String text) {
    try {
      return text.length() == KEY_LETTERS && Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Refusal> malformed(String message) {
    return refusal(Refused.HANDSHAKE, 400, message);
  }

  private static Optional<Refusal> refusal(Refused reason, int status, String message) {
    return Optional.of(new Refusal(reason, status, message));
  }

  /** An answer instead of the upgrade; with 429 the client should come back in some seconds. */
  record Refusal(Refused reason, int status, String message) {}
}
