package io.muster.api.websocket;

import io.muster.api.websocket.HandshakeValidator.HandshakeRejection;
import io.muster.api.websocket.WebSocketCounters.WebSocketRejectionReason;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Who may open a WebSocket at this node: sound handshakes of welcome pages, up to a number and a
 * rate for each client address. One for all event loops; any thread may use it.
 */
public final class WebSocketAdmission {
  private static final int CLEANUP_THRESHOLD = 1024;

  private final WebSocketLimits limits;
  private final HandshakeValidator handshakeValidator;
  private final Function<HttpServerRequest, Optional<String>> addressResolver;
  private final LongSupplier nanos;
  private final WebSocketCounters counters = new WebSocketCounters();
  private final Map<String, AddressState> stateByAddress = new ConcurrentHashMap<>();

  /**
   * A rule for all doors of a node.
   *
   * @param allowedOrigins whose pages may open WebSockets besides those of the node's own host
   * @param addressResolver tells the client address of a request; empty for one that has no limits
   */
  public WebSocketAdmission(
      WebSocketLimits limits,
      List<String> allowedOrigins,
      Function<HttpServerRequest, Optional<String>> addressResolver,
      LongSupplier nanos) {
    this.limits = limits;
    this.handshakeValidator = new HandshakeValidator(allowedOrigins);
    this.addressResolver = addressResolver;
    this.nanos = nanos;
  }

  public WebSocketCounters counters() {
    return counters;
  }

  WebSocketLimits limits() {
    return limits;
  }

  long nowNanos() {
    return nanos.getAsLong();
  }

  /** The client of the request. */
  Optional<String> clientAddress(HttpServerRequest request) {
    return addressResolver.apply(request);
  }

  /**
   * Why the request is refused; empty when it is admitted, and its address has one WebSocket more
   * until {@link #release}.
   */
  Optional<HandshakeRejection> admit(HttpServerRequest request, Optional<String> address) {
    var rejection =
        handshakeValidator
            .rejection(request)
            .or(() -> address.flatMap(clientAddress -> tryOpen(clientAddress).rejection()));
    rejection.ifPresent(rejected -> counters.countRejected(rejected.reason()));
    return rejection;
  }

  /** A WebSocket of the address has ended. */
  void release(Optional<String> address) {
    address.ifPresent(
        key -> stateByAddress.computeIfPresent(key, (known, state) -> state.withOneClosed()));
    if (stateByAddress.size() > CLEANUP_THRESHOLD) {
      var nowNanos = nanos.getAsLong();
      stateByAddress.values().removeIf(state -> state.isRemovable(nowNanos));
    }
  }

  private AddressState tryOpen(String address) {
    var nowNanos = nanos.getAsLong();
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
   * One address.
   *
   * @param openCount its WebSockets
   * @param upgradeTokens that it may still open
   * @param rejection of its last attempt
   */
  private record AddressState(
      int openCount, TokenBucket upgradeTokens, Optional<HandshakeRejection> rejection) {
    AddressState withAttempt(WebSocketLimits limits, long nowNanos) {
      var refilled = upgradeTokens.withRefill(nowNanos);
      if (limits.maxUpgradesPerSecond() > 0 && !refilled.hasToken()) {
        return withRejection(
            refilled,
            WebSocketRejectionReason.UPGRADES,
            "too many handshakes: try again in a second");
      }
      if (limits.maxPerAddress() > 0 && openCount >= limits.maxPerAddress()) {
        return withRejection(
            refilled.withoutToken(),
            WebSocketRejectionReason.CONNECTIONS,
            "this address has " + openCount + " WebSockets open: close one, then try again");
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
