package io.muster.api.websocket;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of WebSockets and their messages: opened = open + closed. Safe for use by any thread.
 */
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

  /** WebSockets that were closed. */
  public long closed() {
    return closed.sum();
  }

  /** Messages from clients, including text that is not valid UTF-8. */
  public long received() {
    return received.sum();
  }

  /** Messages to clients. */
  public long sent() {
    return sent.sum();
  }

  /** Handshakes rejected and WebSockets closed for this reason. */
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

  /** The rule that a client broke. */
  public enum WebSocketRejectionReason {
    /** The handshake is malformed. */
    HANDSHAKE,
    /** The page belongs to an origin that is not allowed. */
    ORIGIN,
    /** Too many open WebSockets from one address. */
    CONNECTIONS,
    /** Too many handshakes from one address. */
    UPGRADES,
    /** Too many messages. */
    MESSAGES,
    /** A message that is too large. */
    SIZE,
    /** Frames that violate the WebSocket protocol. */
    PROTOCOL,
    /** A client that sent no frame before the idle timeout. */
    SILENCE
  }
}
