package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The frames that one subscriber has not taken yet: 16 at most, fewer when they are large. On
 * overflow the oldest go; a subscriber that lost some goes on with the newest and learns how many
 * it lost. Confined to the event loop of its subscriber.
 */
public final class Mailbox {
  /** As many frames as all-smi's broadcast channel holds. */
  static final int CAPACITY = 16;

  private static final long CAPACITY_BYTES = 16 << 20;

  private final Subscriber subscriber;
  private final StreamCounters counters;
  private @Nullable FleetFrame oldest;
  private @Nullable ArrayDeque<FleetFrame> later; // who keeps up has none
  private long heldBytes;
  private long lost;
  private boolean closed;

  Mailbox(Subscriber subscriber, StreamCounters counters) {
    this.subscriber = subscriber;
    this.counters = counters;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  /** Puts a frame in, and lets the subscriber take what it can. */
  void offer(FleetFrame frame) {
    if (closed) {
      return;
    }
    counters.offered(1);
    hold(frame);
    while (size() > CAPACITY || (heldBytes > CAPACITY_BYTES && size() > 1)) {
      takeFirst();
      lost(1);
    }
    drain();
  }

  void drain() {
    if (!closed) {
      subscriber.drain(this);
    }
  }

  /** The oldest frame; the newest when some were lost. */
  public Optional<FleetFrame> take() {
    if (lost > 0) {
      lost(skipToNewest());
    }
    return takeFirst();
  }

  /** The newest frame; those before it are not wanted. */
  public Optional<FleetFrame> takeNewest() {
    counters.throttled(skipToNewest());
    return takeFirst();
  }

  /** Frames lost since this was asked last. */
  public long takeLost() {
    var untold = lost;
    lost = 0;
    return untold;
  }

  /** Takes these out, for the subscriber has them already; answers how many it held. */
  public int remove(Collection<FleetFrame> known) {
    var held = new ArrayList<FleetFrame>();
    for (var frame = takeFirst(); frame.isPresent(); frame = takeFirst()) {
      held.add(frame.get());
    }
    var before = held.size();
    held.removeAll(known);
    held.forEach(this::hold);
    return before - held.size();
  }

  /** Drops what is held; nothing is taken in any more. */
  void close() {
    closed = true;
    counters.dropped(size());
    oldest = null;
    later = null;
  }

  private void lost(long number) {
    lost += number;
    counters.dropped(number);
  }

  private int skipToNewest() {
    var skipped = 0;
    for (; size() > 1; skipped++) {
      takeFirst();
    }
    return skipped;
  }

  private int size() {
    return (oldest == null ? 0 : 1) + (later == null ? 0 : later.size());
  }

  private void hold(FleetFrame frame) {
    heldBytes += frame.sizeBytes();
    if (oldest == null) {
      oldest = frame;
      return;
    }
    var queue = later == null ? new ArrayDeque<FleetFrame>() : later;
    queue.addLast(frame);
    later = queue;
  }

  private Optional<FleetFrame> takeFirst() {
    var taken = oldest;
    if (taken == null) {
      return Optional.empty();
    }
    heldBytes -= taken.sizeBytes();
    oldest = later == null ? null : later.pollFirst();
    later = oldest == null ? null : later;
    return Optional.of(taken);
  }
}
