package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The frames that one subscriber has not taken yet: at most 16, fewer if they are large. On
 * overflow the oldest are dropped; a subscriber that lost frames continues with the newest, and can
 * read the number of lost frames. Confined to the event loop of its subscriber.
 */
public final class Mailbox {
  /** The capacity of all-smi's broadcast channel. */
  static final int CAPACITY = 16;

  private static final long CAPACITY_BYTES = 16 << 20;

  private final Subscriber subscriber;
  private final StreamMetrics metrics;
  private @Nullable ArrayDeque<FleetFrame> replay; // precedes all other frames, mostly null
  private @Nullable FleetFrame oldest;
  private @Nullable ArrayDeque<FleetFrame> laterFrames; // null for a subscriber that keeps up
  private long queuedBytes; // of oldest and laterFrames
  private long lost;
  private boolean closed;

  Mailbox(Subscriber subscriber, StreamMetrics metrics) {
    this.subscriber = subscriber;
    this.metrics = metrics;
  }

  public Subscriber subscriber() {
    return subscriber;
  }

  /** Adds a frame, then drains the mailbox. */
  void offer(FleetFrame frame) {
    if (closed) {
      return;
    }
    metrics.offered().increment();
    enqueue(frame);
    while (size() > CAPACITY || (queuedBytes > CAPACITY_BYTES && size() > 1)) {
      takeOldest();
      recordLost(1);
    }
    drain();
  }

  void drain() {
    if (!closed) {
      subscriber.drain(this);
    }
  }

  /** Removes and returns the oldest frame, or the newest if frames were lost. */
  public Optional<FleetFrame> take() {
    if (replay == null && lost > 0) {
      recordLost(skipToNewest());
    }
    return takeFirst();
  }

  /**
   * Removes all frames and returns the newest; the others count as throttled. A replay precedes all
   * other frames.
   */
  public Optional<FleetFrame> takeNewest() {
    if (replay == null) {
      metrics.throttled().increment(skipToNewest());
    }
    return takeFirst();
  }

  /** Returns the number of frames lost since the last call. */
  public long takeLost() {
    var lostFrames = lost;
    lost = 0;
    return lostFrames;
  }

  /**
   * Replaces all frames by missed ones. The replay was read after every frame in this mailbox was
   * published, so that it contains those that the subscriber has not received; older ones may have
   * been offered too, because an event loop can accept a connection before it broadcasts the frames
   * that are queued for it.
   */
  public void replay(List<FleetFrame> missed) {
    if (closed) {
      return;
    }
    var alreadyOffered = clear();
    metrics.offered().increment(Math.max(0, missed.size() - alreadyOffered));
    metrics.dropped().increment(Math.max(0, alreadyOffered - missed.size())); // Not in the replay.
    replay = missed.isEmpty() ? null : new ArrayDeque<>(missed);
  }

  /** Drops all frames, and ignores those offered from now on. */
  void close() {
    closed = true;
    metrics.dropped().increment(clear() + (replay == null ? 0 : replay.size()));
    replay = null;
  }

  private void recordLost(int number) {
    lost += number;
    metrics.dropped().increment(number);
  }

  private int skipToNewest() {
    var skipped = 0;
    for (; size() > 1; skipped++) {
      takeOldest();
    }
    return skipped;
  }

  /** Removes all frames, and the losses among them; returns the number of the removed frames. */
  private int clear() {
    var removed = size();
    oldest = null;
    laterFrames = null;
    queuedBytes = 0;
    lost = 0;
    return removed;
  }

  private int size() {
    return (oldest == null ? 0 : 1) + (laterFrames == null ? 0 : laterFrames.size());
  }

  private void enqueue(FleetFrame frame) {
    queuedBytes += frame.sizeBytes();
    if (oldest == null) {
      oldest = frame;
      return;
    }
    var queue = laterFrames == null ? new ArrayDeque<FleetFrame>() : laterFrames;
    queue.addLast(frame);
    laterFrames = queue;
  }

  private Optional<FleetFrame> takeFirst() {
    if (replay == null) {
      return Optional.ofNullable(takeOldest());
    }
    var missed = replay.pollFirst();
    replay = replay.isEmpty() ? null : replay;
    return Optional.ofNullable(missed);
  }

  private @Nullable FleetFrame takeOldest() {
    var taken = oldest;
    if (taken != null) {
      queuedBytes -= taken.sizeBytes();
      oldest = laterFrames == null ? null : laterFrames.pollFirst();
      laterFrames = oldest == null ? null : laterFrames;
    }
    return taken;
  }
}
