package io.muster.api.bridge;

import io.muster.api.bridge.BridgeRequest.RejectedException;
import io.muster.api.bridge.OutboundAddress.SessionRegistration;
import io.muster.api.limit.TokenBucket;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketLimits;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The session of one client of the bridge. While the client does not read, nothing is queued for it
 * but replies, which are limited: each registration keeps its position only. Confined to one event
 * loop.
 */
final class BridgeSession {
  private static final int MAX_UNSENT_REPLIES = 256;
  private static final int MAX_BLOCKED_SECONDS = 120;

  private final BridgeSocket socket;
  private final BridgeLoop loop;
  private final SessionQueries queries;
  private final Map<String, SessionRegistration> registrations = new HashMap<>();

  /** Addresses that may have a message, the one that waits longest first. */
  private final Set<String> readyAddresses = new LinkedHashSet<>();

  private final ArrayDeque<BridgeMessage> unsentReplies = new ArrayDeque<>();
  private TokenBucket rate;
  private boolean draining;
  private boolean paused;
  private boolean closed;
  private int idleSeconds;
  private int blockedSeconds;

  BridgeSession(BridgeSocket socket, BridgeLoop loop, List<InboundQuery> queries) {
    this.socket = socket;
    this.loop = loop;
    this.queries = new SessionQueries(queries, this::reply);
    var perSecond = loop.config().messagesPerSecond();
    this.rate =
        TokenBucket.full(perSecond, perSecond * WebSocketLimits.BURST_SECONDS, loop.nowNanos());
  }

  /** Handles a message of the client. */
  void onMessage(String text) {
    if (closed) {
      return;
    }
    loop.metrics().received().increment();
    idleSeconds = 0;
    // Counted here: a frame of SockJS contains any number of messages.
    rate = rate.take(loop.nowNanos());
    if (!rate.granted()) {
      close(CloseCode.POLICY_VIOLATION, "too many messages");
      return;
    }
    try {
      handle(BridgeRequest.parse(text));
    } catch (RejectedException rejected) {
      reject(rejected.error());
    }
  }

  /** Sends what is due while the socket is writable. Called when it becomes writable again. */
  void drain() {
    if (draining) {
      return;
    }
    draining = true;
    while (!closed && socket.isWritable() && sendNext()) {
      blockedSeconds = 0;
    }
    draining = false;
    if (paused && !closed && unsentReplies.isEmpty()) {
      paused = false;
      socket.resume();
    }
  }

  /** Called once per second: closes a session whose client is silent or does not read. */
  void onSecondElapsed() {
    idleSeconds++;
    blockedSeconds = socket.isWritable() ? 0 : blockedSeconds + 1;
    if (idleSeconds >= loop.config().pingTimeout().toSeconds()) {
      close(CloseCode.GOING_AWAY, "no ping");
    } else if (blockedSeconds >= MAX_BLOCKED_SECONDS) {
      close(CloseCode.POLICY_VIOLATION, "client does not read");
    }
  }

  /** Closes the session and its connection. */
  void close(CloseCode code, String reason) {
    if (!closed) {
      onClosed();
      socket.close(code, reason);
    }
  }

  /** Called when the connection is closed, for any reason. */
  void onClosed() {
    if (!closed) {
      closed = true;
      registrations.values().forEach(SessionRegistration::close);
      registrations.clear();
      readyAddresses.clear();
      unsentReplies.clear();
      queries.close();
      loop.remove(this);
    }
  }

  private void handle(BridgeRequest request) throws RejectedException {
    switch (request.type()) {
      case PING -> {}
      case REGISTER -> register(request.address());
      case UNREGISTER -> unregister(request.address());
      case SEND -> send(request);
      case PUBLISH -> throw new RejectedException(BridgeError.ACCESS_DENIED);
    }
  }

  private void register(String address) throws RejectedException {
    if (registrations.size() >= loop.config().maxRegistrations()) {
      throw new RejectedException(BridgeError.MAX_HANDLERS_REACHED);
    }
    var outbound = requireOutbound(address);
    if (registrations.containsKey(address)) {
      throw new RejectedException(BridgeError.ADDRESS_ALREADY_REGISTERED);
    }
    // It may be ready before its registration is known: drain only then.
    registrations.put(
        address,
        outbound.register(
            address,
            () -> {
              readyAddresses.add(address);
              if (registrations.containsKey(address)) {
                drain();
              }
            }));
    drain();
  }

  private void unregister(String address) throws RejectedException {
    requireOutbound(address);
    Optional.ofNullable(registrations.remove(address)).ifPresent(SessionRegistration::close);
    readyAddresses.remove(address);
  }

  private OutboundAddress requireOutbound(String address) throws RejectedException {
    return loop.addresses().stream()
        .filter(outbound -> outbound.matches(address))
        .findFirst()
        .orElseThrow(() -> new RejectedException(BridgeError.ACCESS_DENIED));
  }

  /** A rejected request also fails its reply, so that the client does not wait for it. */
  private void send(BridgeRequest request) {
    if (queries.add(request)) {
      drain();
    } else {
      reject(BridgeError.ACCESS_DENIED);
      request
          .replyAddress()
          .ifPresent(
              address ->
                  reply(
                      BridgeMessage.failure(
                          address, 403, "NO_HANDLERS", BridgeError.ACCESS_DENIED.body())));
    }
  }

  private void reject(BridgeError error) {
    loop.metrics().rejected().apply(error).increment();
    reply(BridgeMessage.error(error));
  }

  private void reply(BridgeMessage message) {
    if (closed) {
      return;
    }
    unsentReplies.add(message);
    drain();
    if (unsentReplies.size() > MAX_UNSENT_REPLIES) {
      close(CloseCode.POLICY_VIOLATION, "client does not read");
    } else if (!unsentReplies.isEmpty()) {
      paused = true;
      socket.pause();
    }
  }

  /**
   * Sends one message, or starts a query; returns false if nothing is due. Replies and queries are
   * first: addresses always have a message for a client that is slower than they are.
   */
  private boolean sendNext() {
    var reply = unsentReplies.poll();
    if (reply != null) {
      send(reply);
      return true;
    }
    if (queries.runNext()) {
      return true;
    }
    if (readyAddresses.isEmpty()) {
      return false;
    }
    var address = readyAddresses.iterator().next();
    readyAddresses.remove(address);
    Optional.ofNullable(registrations.get(address))
        .flatMap(SessionRegistration::next)
        .ifPresent(
            message -> {
              readyAddresses.add(address); // It may have more messages.
              send(message);
            });
    return true;
  }

  private void send(BridgeMessage message) {
    loop.metrics().sent().increment();
    socket.send(message);
  }
}
