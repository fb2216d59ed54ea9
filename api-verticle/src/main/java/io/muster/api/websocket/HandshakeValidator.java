package io.muster.api.websocket;

import io.muster.api.http.PageOrigins;
import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Validates the opening handshake of a WebSocket (RFC 6455 section 4.2.1) and the origin of the
 * page that sent it.
 */
final class HandshakeValidator {
  private static final String WEBSOCKET_VERSION = "13";
  private static final int KEY_BYTES = 16;
  private static final int KEY_CHARS = 24;

  private final PageOrigins origins;

  /**
   * Creates a validator.
   *
   * @param origins origins whose pages may open WebSockets
   */
  HandshakeValidator(PageOrigins origins) {
    this.origins = origins;
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
    return originRejection(request);
  }

  /** Returns the reason to reject the page that sent the request; empty if it is allowed. */
  Optional<HandshakeRejection> originRejection(HttpServerRequest request) {
    return origins.isForeign(request)
        ? rejection(
            WebSocketRejectionReason.ORIGIN, 403, "origin not allowed: add it to api.cors_origins")
        : Optional.empty();
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
