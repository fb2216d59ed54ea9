package io.muster.api.websocket;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of WebSockets and their messages: opened = open + closed. Any thread may use it. */
public final class WebSocketCounters {
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final Map<WebSocketRejectionReason, LongAdder> rejectedByReason =
      new EnumMap<>(WebSocketRejectionReason.class);

  public WebSocketCounters() {
    for (var reason : WebSocketRejectionReason.values()) {
      rejectedByReason.put(reason, new LongAdder());
    }
  }

  /** WebSockets that were opened. */
  public long opened() {
    return opened.sum();
  }

  /** WebSockets that have ended. */
  public long closed() {
    return closed.sum();
  }

  /** Messages from clients, those that broke a rule included. */
  public long received() {
    return received.sum();
  }

  /** Messages to clients. */
  public long sent() {
    return sent.sum();
  }

  /** Handshakes that were refused, and WebSockets that were ended, for this reason. */
  public long rejected(WebSocketRejectionReason reason) {
    return adder(reason).sum();
  }

  void countOpened() {
    opened.increment();
  }

  void countClosed() {
    closed.increment();
  }

  void countReceived() {
    received.increment();
  }

  void countSent() {
    sent.increment();
  }

  void countRejected(WebSocketRejectionReason reason) {
    adder(reason).increment();
  }

  private LongAdder adder(WebSocketRejectionReason reason) {
    return requireNonNull(rejectedByReason.get(reason));
  }

  /** Which rule a client broke. */
  public enum WebSocketRejectionReason {
    /** The handshake is malformed. */
    HANDSHAKE,
    /** The page is of another site. */
    ORIGIN,
    /** Too many open WebSockets of one address. */
    CONNECTIONS,
    /** Too many handshakes of one address. */
    UPGRADES,
    /** Too many messages. */
    MESSAGES,
    /** A message that is too large. */
    SIZE,
    /** Frames that are no WebSocket protocol. */
    PROTOCOL,
    /** A client that gave no sign of life. */
    SILENCE
  }
}
