package io.muster.api.bridge;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.state.FleetState;
import io.muster.api.websocket.CloseCode;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** The event-bus bridge of one event loop: its addresses and its sessions. Confined to it. */
public final class BridgeLoop {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final BridgeConfig config;
  private final BridgeMetrics metrics;
  private final List<OutboundAddress> addresses;
  private final LongSupplier nanoTime;
  private final Set<BridgeSession> sessions = new LinkedHashSet<>();
  private long secondTimer = NO_TIMER;
  private boolean closed;

  public BridgeLoop(
      Vertx vertx,
      BridgeConfig config,
      BridgeMetrics metrics,
      List<OutboundAddress> addresses,
      LongSupplier nanoTime) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
    this.addresses = List.copyOf(addresses);
    this.nanoTime = nanoTime;
  }

  /** Starts the timer of one second, on the caller's context. */
  public void start() {
    secondTimer =
        vertx.setPeriodic(
            1000, timer -> List.copyOf(sessions).forEach(BridgeSession::onSecondElapsed));
  }

  /** Passes a new frame on to the addresses. */
  public void broadcast(Optional<String> scope, FleetFrame frame) {
    addresses.forEach(address -> address.onFrame(scope, frame));
  }

  /** Passes a new fleet state on to the addresses. */
  public void broadcast(FleetState state) {
    addresses.forEach(address -> address.onState(state));
  }

  /** Closes every session, and from now on each new one. */
  public void close() {
    closed = true;
    vertx.cancelTimer(secondTimer);
    List.copyOf(sessions).forEach(BridgeLoop::closeStopping);
  }

  BridgeConfig config() {
    return config;
  }

  BridgeMetrics metrics() {
    return metrics;
  }

  List<OutboundAddress> addresses() {
    return addresses;
  }

  Vertx vertx() {
    return vertx;
  }

  long nowNanos() {
    return nanoTime.getAsLong();
  }

  /** Opens the session of a client that has just connected, and may send the queries. */
  BridgeSession open(BridgeSocket socket, List<InboundQuery> queries) {
    var session = new BridgeSession(socket, this, queries);
    sessions.add(session);
    metrics.opened().increment();
    if (closed) {
      closeStopping(session);
    }
    return session;
  }

  /** Removes a session that has closed. */
  void remove(BridgeSession session) {
    sessions.remove(session);
    metrics.closed().increment();
  }

  private static void closeStopping(BridgeSession session) {
    session.close(CloseCode.GOING_AWAY, "node is stopping");
  }
}
