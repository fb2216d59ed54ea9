package io.muster.api.listener;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Counters of open connections, and of those that were rejected or closed, by reason. Safe for use
 * by any thread.
 */
public final class ConnectionCounters {
  private final AtomicInteger open = new AtomicInteger();
  private final Map<DisconnectReason, LongAdder> rejections =
      Arrays.stream(DisconnectReason.values())
          .collect(toMap(Function.identity(), reason -> new LongAdder()));

  /** Open connections, including those over a Unix socket. */
  public int openConnections() {
    return open.get();
  }

  /** Connections that were rejected or closed for this reason. */
  public long rejections(DisconnectReason reason) {
    return adder(reason).sum();
  }

  /**
   * Counts one more open connection; returns false if the maximum is open already. 0 for no limit.
   */
  boolean tryOpen(int maxOpen) {
    if (open.incrementAndGet() <= maxOpen || maxOpen == 0) {
      return true;
    }
    open.decrementAndGet();
    return false;
  }

  void countClosed() {
    open.decrementAndGet();
  }

  void countRejected(DisconnectReason reason) {
    adder(reason).increment();
  }

  private LongAdder adder(DisconnectReason reason) {
    return requireNonNull(rejections.get(reason));
  }

  /** The reason why this node rejected or closed a connection. */
  public enum DisconnectReason {
    /** The head of a request was not complete in time. */
    HEAD,
    /** The client sent and read nothing for too long. */
    IDLE,
    /** Too many connections were open. */
    CAP,
    /** The input was not valid HTTP/1. */
    MALFORMED;

    /** The value of the metric label. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
