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
 * How many connections are open, and how many were refused or cut off, and why. Any thread may use
 * it.
 */
public final class ConnectionCounters {
  private final AtomicInteger open = new AtomicInteger();
  private final Map<DisconnectReason, LongAdder> rejections =
      Arrays.stream(DisconnectReason.values())
          .collect(toMap(Function.identity(), reason -> new LongAdder()));

  /** Connections that are open, those over a Unix socket included. */
  public int openConnections() {
    return open.get();
  }

  /** Connections that were refused or cut off for this reason. */
  public long rejections(DisconnectReason reason) {
    return adder(reason).sum();
  }

  /** Counts one more, unless as many are open already; 0 for no limit. */
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

  /** Why a connection ended before its time. */
  public enum DisconnectReason {
    /** The head of a request was not complete in time. */
    HEAD,
    /** Nothing was asked, sent or taken for too long. */
    IDLE,
    /** Too many were open. */
    CAP,
    /** What came is not HTTP/1.1 as it should be. */
    MALFORMED;

    /** As it stands in labels. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
