package io.muster.api.websocket;

import io.muster.api.websocket.Handshake.Refusal;
import io.muster.api.websocket.SocketCounters.Refused;
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
public final class Admission {
  private static final int FEW = 1024;

  private final SocketLimits limits;
  private final Handshake handshake;
  private final Function<HttpServerRequest, Optional<String>> addresses;
  private final LongSupplier nanos;
  private final SocketCounters counters = new SocketCounters();
  private final Map<String, Client> clients = new ConcurrentHashMap<>();

  /**
   * A rule for all doors of a node.
   *
   * @param origins whose pages may open WebSockets besides those of the node's own host
   * @param addresses tells the client address of a request; empty for one that has no limits
   */
  public Admission(
      SocketLimits limits,
      List<String> origins,
      Function<HttpServerRequest, Optional<String>> addresses,
      LongSupplier nanos) {
    this.limits = limits;
    this.handshake = new Handshake(origins);
    this.addresses = addresses;
    this.nanos = nanos;
  }

  public SocketCounters counters() {
    return counters;
  }

  SocketLimits limits() {
    return limits;
  }

  long nowNanos() {
    return nanos.getAsLong();
  }

  /** The client of the request. */
  Optional<String> address(HttpServerRequest request) {
    return addresses.apply(request);
  }

  /**
   * Why the request is refused; empty when it is admitted, and its address has one WebSocket more
   * until {@link #release}.
   */
  Optional<Refusal> refusal(HttpServerRequest request, Optional<String> address) {
    var refusal =
        handshake.refusal(request).or(() -> address.flatMap(client -> enter(client).refusal()));
    refusal.ifPresent(refused -> counters.count(refused.reason()));
    return refusal;
  }

  /** A WebSocket of the address has ended. */
  void release(Optional<String> address) {
    address.ifPresent(client -> clients.computeIfPresent(client, (name, known) -> known.left()));
    if (clients.size() > FEW) {
      var now = nanos.getAsLong();
      clients.values().removeIf(client -> client.isForgettable(now));
    }
  }

  private Client enter(String address) {
    var now = nanos.getAsLong();
    return clients.compute(
        address, (name, known) -> (known == null ? stranger(now) : known).enter(limits, now));
  }

  private Client stranger(long now) {
    return new Client(0, TokenBucket.full(limits.upgradesPerSecond(), now), Optional.empty());
  }

  /**
   * One address.
   *
   * @param open its WebSockets
   * @param upgrades that it may still open
   * @param refusal of its last attempt
   */
  private record Client(int open, TokenBucket upgrades, Optional<Refusal> refusal) {
    Client enter(SocketLimits limits, long now) {
      var filled = upgrades.filled(now);
      if (limits.upgradesPerSecond() > 0 && !filled.hasOne()) {
        return refused(filled, Refused.UPGRADES, "too many handshakes: try again in a second");
      }
      if (limits.perAddress() > 0 && open >= limits.perAddress()) {
        return refused(
            filled.withoutOne(),
            Refused.CONNECTIONS,
            "this address has " + open + " WebSockets open: close one, then try again");
      }
      return new Client(open + 1, filled.withoutOne(), Optional.empty());
    }

    Client left() {
      return new Client(open - 1, upgrades, refusal);
    }

    boolean isForgettable(long now) {
      return open == 0 && upgrades.filled(now).isFull();
    }

    private Client refused(TokenBucket left, Refused reason, String message) {
      return new Client(open, left, Optional.of(new Refusal(reason, 429, message)));
    }
  }
}
