package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.util.ArrayDeque;
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
  private @Nullable ArrayDeque<FleetFrame> frames; // most mailboxes are always empty
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
    var held = frames == null ? new ArrayDeque<FleetFrame>(2) : frames;
    frames = held;
    heldBytes += frame.sizeBytes();
    held.addLast(frame);
    while (held.size() > CAPACITY || (heldBytes > CAPACITY_BYTES && held.size() > 1)) {
      heldBytes -= held.removeFirst().sizeBytes();
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
    if (frames == null) {
      return 0;
    }
    var before = frames.size();
    frames.removeAll(known);
    heldBytes = frames.stream().mapToLong(FleetFrame::sizeBytes).sum();
    return before - frames.size();
  }

  /** Drops what is held; nothing is taken in any more. */
  void close() {
    closed = true;
    counters.dropped(frames == null ? 0 : frames.size());
    frames = null;
  }

  boolean isClosed() {
    return closed;
  }

  private void lost(long number) {
    lost += number;
    counters.dropped(number);
  }

  private int skipToNewest() {
    var skipped = 0;
    while (frames != null && frames.size() > 1) {
      heldBytes -= frames.removeFirst().sizeBytes();
      skipped++;
    }
    return skipped;
  }

  private Optional<FleetFrame> takeFirst() {
    var taken = frames == null ? null : frames.pollFirst();
    if (frames != null && frames.isEmpty()) {
      frames = null;
      heldBytes = 0;
    }
    return Optional.ofNullable(taken);
  }
}
