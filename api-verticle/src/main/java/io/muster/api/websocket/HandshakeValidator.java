package io.muster.api.websocket;

import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
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
 * Validates the opening handshake of a WebSocket (RFC 6455 section 4.2.1) and the origin of the
 * page that sent it.
 */
final class HandshakeValidator {
  private static final String WEBSOCKET_VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final int KEY_CHARS = 24;
  private static final String ANY_ORIGIN = "*";

  private final List<String> allowedOrigins;

  /**
   * Creates a validator.
   *
   * @param allowedOrigins origins whose pages may open WebSockets, in addition to those of the
   *     node's own host; {@code *} for all
   */
  HandshakeValidator(List<String> allowedOrigins) {
    this.allowedOrigins = List.copyOf(allowedOrigins);
  }

  /** Returns the reason to reject the request; empty if the handshake is valid. */
  Optional<HandshakeRejection> rejection(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)
        || request.version() != HttpVersion.HTTP_1_1
        || !request.headers().contains(HttpHeaders.UPGRADE)) {
      return rejection(
          WebSocketRejectionReason.HANDSHAKE, 426, "this endpoint requires a WebSocket handshake");
    }
    if (!headerContains(request, HttpHeaders.UPGRADE, "websocket")
        || !headerContains(request, HttpHeaders.CONNECTION, "upgrade")
        || hasBody(request)) {
      return malformedHandshake("expected Upgrade: websocket, Connection: Upgrade and no body");
    }
    if (!request.headers().getAll("Sec-WebSocket-Version").equals(List.of(WEBSOCKET_VERSION))) {
      return malformedHandshake("expected Sec-WebSocket-Version: " + WEBSOCKET_VERSION);
    }
    var keys = request.headers().getAll("Sec-WebSocket-Key");
    if (keys.size() != 1 || !isKey(keys.get(0))) {
      return malformedHandshake("expected one Sec-WebSocket-Key of 16 bytes in base64");
    }
    return isOriginAllowed(request)
        ? Optional.empty()
        : rejection(
            WebSocketRejectionReason.ORIGIN, 403, "origin not allowed: add it to api.cors_origins");
  }

  /**
   * Returns true if the request has no origin, as programs send none, or an allowed one. A page of
   * the requested host is allowed from any port: proxies often forward the host name without it.
   */
  private boolean isOriginAllowed(HttpServerRequest request) {
    var sentOrigins = request.headers().getAll(HttpHeaders.ORIGIN);
    if (sentOrigins.isEmpty() || allowedOrigins.contains(ANY_ORIGIN)) {
      return true;
    }
    var origin = sentOrigins.get(0);
    var authority = request.authority();
    return sentOrigins.size() == 1
        && (allowedOrigins.contains(origin)
            || (authority != null && hostOf(origin).equals(normalizeHost(authority.host()))));
  }

  /** Returns the host of the origin; empty, which matches no host, if there is none. */
  private static String hostOf(String origin) {
    try {
      var host = new URI(origin).getHost();
      return host == null ? "" : normalizeHost(host);
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private static String normalizeHost(String host) {
    var name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean headerContains(
      HttpServerRequest request, CharSequence header, String token) {
    return request.headers().getAll(header).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(element -> element.strip().equalsIgnoreCase(token));
  }

  private static boolean hasBody(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return (length != null && !length.equals("0"))
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isKey(String text) {
    try {
      return text.length() == KEY_CHARS && Base64.getDecoder().decode(text).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<HandshakeRejection> malformedHandshake(String message) {
    return rejection(WebSocketRejectionReason.HANDSHAKE, 400, message);
  }

  private static Optional<HandshakeRejection> rejection(
      WebSocketRejectionReason reason, int status, String message) {
    return Optional.of(new HandshakeRejection(reason, status, message));
  }

  /** The response in place of an upgrade; after 429 the client should retry within seconds. */
  record HandshakeRejection(WebSocketRejectionReason reason, int status, String message) {}
}
