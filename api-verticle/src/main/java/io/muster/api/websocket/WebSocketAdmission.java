package io.muster.api.websocket;

import io.muster.api.http.PageOrigins;
import io.muster.api.limit.AddressBuckets;
import io.muster.api.websocket.HandshakeValidator.HandshakeRejection;
import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Admits WebSockets at this node: validates the handshake and the origin, and limits their number
 * and their rate for each client address. One for all event loops; safe for use by any thread.
 */
public final class WebSocketAdmission {
  private final WebSocketLimits limits;
  private final HandshakeValidator handshakeValidator;
  private final Function<HttpServerRequest, Optional<String>> addressResolver;
  private final LongSupplier nanoTime;
  private final WebSocketMetrics metrics;
  private final AddressBuckets upgrades;
  private final Map<String, Integer> openCountByAddress = new ConcurrentHashMap<>();

  /**
   * Creates the admission control for all endpoints of a node.
   *
   * @param origins origins whose pages may open WebSockets
   * @param addressResolver returns the client address of a request; empty for a client without
   *     limits
   */
  public WebSocketAdmission(
      WebSocketLimits limits,
      PageOrigins origins,
      Function<HttpServerRequest, Optional<String>> addressResolver,
      LongSupplier nanoTime,
      WebSocketMetrics metrics) {
    this.limits = limits;
    this.handshakeValidator = new HandshakeValidator(origins);
    this.addressResolver = addressResolver;
    this.nanoTime = nanoTime;
    this.metrics = metrics;
    this.upgrades =
        new AddressBuckets(
            limits.maxUpgradesPerSecond(),
            limits.maxUpgradesPerSecond() * WebSocketLimits.BURST_SECONDS,
            nanoTime);
  }

  WebSocketMetrics metrics() {
    return metrics;
  }

  WebSocketLimits limits() {
    return limits;
  }

  long nowNanos() {
    return nanoTime.getAsLong();
  }

  /** Returns the client address of the request; empty for a client without limits. */
  Optional<String> clientAddress(HttpServerRequest request) {
    return addressResolver.apply(request);
  }

  /**
   * Returns the reason to reject the request; empty if it is admitted, which counts one more
   * WebSocket for its address until {@link #release}. A rejected request counts toward the rate.
   */
  Optional<HandshakeRejection> admit(HttpServerRequest request, Optional<String> address) {
    return countRejection(
        address
            .flatMap(this::countHandshake)
            .or(() -> handshakeValidator.rejection(request))
            .or(() -> address.flatMap(this::countOpen)));
  }

  /** Returns the reason to reject a request of a page that may not open WebSockets. */
  Optional<HandshakeRejection> admitPage(HttpServerRequest request) {
    return countRejection(handshakeValidator.originRejection(request));
  }

  /**
   * Returns the reason to reject a session that takes the place of a WebSocket, over transports
   * without one; empty if it is admitted, which counts as one more WebSocket.
   */
  Optional<HandshakeRejection> admitSession(Optional<String> address) {
    return countRejection(
        address.flatMap(this::countHandshake).or(() -> address.flatMap(this::countOpen)));
  }

  /** Counts one WebSocket less for the address. */
  void release(Optional<String> address) {
    address.ifPresent(
        key ->
            openCountByAddress.computeIfPresent(
                key, (known, count) -> count == 1 ? null : count - 1));
  }

  private Optional<HandshakeRejection> countRejection(Optional<HandshakeRejection> rejection) {
    rejection.ifPresent(rejected -> metrics.rejected(rejected.reason()).increment());
    return rejection;
  }

  private Optional<HandshakeRejection> countHandshake(String address) {
    return upgrades.take(address)
        ? Optional.empty()
        : rejection(WebSocketRejectionReason.UPGRADES, "too many handshakes: retry in a second");
  }

  private Optional<HandshakeRejection> countOpen(String address) {
    var openCount = openCountByAddress.merge(address, 1, Integer::sum);
    if (limits.maxPerAddress() == 0 || openCount <= limits.maxPerAddress()) {
      return Optional.empty();
    }
    release(Optional.of(address));
    return rejection(
        WebSocketRejectionReason.CONNECTIONS,
        "this address has " + (openCount - 1) + " open WebSockets: close one, then retry");
  }

  private static Optional<HandshakeRejection> rejection(
      WebSocketRejectionReason reason, String message) {
    return Optional.of(new HandshakeRejection(reason, 429, message));
  }
}
