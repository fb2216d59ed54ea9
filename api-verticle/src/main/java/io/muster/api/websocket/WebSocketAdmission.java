package io.muster.api.websocket;

import io.muster.api.http.PageOrigins;
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
  private static final int CLEANUP_THRESHOLD = 1024;

  private final WebSocketLimits limits;
  private final HandshakeValidator handshakeValidator;
  private final Function<HttpServerRequest, Optional<String>> addressResolver;
  private final LongSupplier nanoTime;
  private final WebSocketMetrics metrics;
  private final Map<String, AddressState> stateByAddress = new ConcurrentHashMap<>();

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
   * WebSocket for its address until {@link #release}.
   */
  Optional<HandshakeRejection> admit(HttpServerRequest request, Optional<String> address) {
    var rejection =
        handshakeValidator
            .rejection(request)
            .or(() -> address.flatMap(clientAddress -> tryOpen(clientAddress).rejection()));
    rejection.ifPresent(rejected -> metrics.rejected(rejected.reason()).increment());
    return rejection;
  }

  /** Counts one WebSocket less for the address. */
  void release(Optional<String> address) {
    address.ifPresent(
        key -> stateByAddress.computeIfPresent(key, (known, state) -> state.withOneClosed()));
    if (stateByAddress.size() > CLEANUP_THRESHOLD) {
      var nowNanos = nanoTime.getAsLong();
      stateByAddress.values().removeIf(state -> state.isRemovable(nowNanos));
    }
  }

  private AddressState tryOpen(String address) {
    var nowNanos = nanoTime.getAsLong();
    return stateByAddress.compute(
        address,
        (key, state) ->
            (state == null ? newAddressState(nowNanos) : state).withAttempt(limits, nowNanos));
  }

  private AddressState newAddressState(long nowNanos) {
    return new AddressState(
        0, TokenBucket.full(limits.maxUpgradesPerSecond(), nowNanos), Optional.empty());
  }

  /**
   * Limits of one client address.
   *
   * @param openCount open WebSockets
   * @param upgradeTokens tokens left for handshakes
   * @param rejection rejection of the last attempt; empty if it was admitted
   */
  private record AddressState(
      int openCount, TokenBucket upgradeTokens, Optional<HandshakeRejection> rejection) {
    AddressState withAttempt(WebSocketLimits limits, long nowNanos) {
      var refilled = upgradeTokens.withRefill(nowNanos);
      if (limits.maxUpgradesPerSecond() > 0 && !refilled.hasToken()) {
        return withRejection(
            refilled, WebSocketRejectionReason.UPGRADES, "too many handshakes: retry in a second");
      }
      if (limits.maxPerAddress() > 0 && openCount >= limits.maxPerAddress()) {
        return withRejection(
            refilled.withoutToken(),
            WebSocketRejectionReason.CONNECTIONS,
            "this address has " + openCount + " open WebSockets: close one, then retry");
      }
      return new AddressState(openCount + 1, refilled.withoutToken(), Optional.empty());
    }

    AddressState withOneClosed() {
      return new AddressState(openCount - 1, upgradeTokens, rejection);
    }

    boolean isRemovable(long nowNanos) {
      return openCount == 0 && upgradeTokens.withRefill(nowNanos).isFull();
    }

    private AddressState withRejection(
        TokenBucket remainingTokens, WebSocketRejectionReason reason, String message) {
      return new AddressState(
          openCount, remainingTokens, Optional.of(new HandshakeRejection(reason, 429, message)));
    }
  }
}
