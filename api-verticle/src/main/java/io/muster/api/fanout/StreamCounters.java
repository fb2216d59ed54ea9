package io.muster.api.fanout;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of the frames offered to subscribers: offered = delivered + throttled + dropped +
 * queued. Safe for use by any thread.
 */
public final class StreamCounters {
  private final LongAdder subscribers = new LongAdder();
  private final LongAdder offered = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder throttled = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder writtenBytes = new LongAdder();

  void countSubscribed() {
    subscribers.increment();
  }

  void countUnsubscribed() {
    subscribers.decrement();
  }

  /** Counts frames that were put into mailboxes. */
  public void countOffered(long frames) {
    offered.add(frames);
  }

  void countDropped(long frames) {
    dropped.add(frames);
  }

  /** Counts a frame that was written. */
  public void countDelivered() {
    delivered.increment();
  }

  /** Counts frames that the throttle of a subscriber skipped. */
  public void countThrottled(long frames) {
    throttled.add(frames);
  }

  /** Counts bytes that were written: events and comments, including the framing of their chunks. */
  public void countWritten(long bytes) {
    writtenBytes.add(bytes);
  }

  /** Open streams. */
  public long openSubscribers() {
    return subscribers.sum();
  }

  /** Frames that were put into mailboxes. */
  public long offeredFrames() {
    return offered.sum();
  }

  /** Frames that were written. */
  public long deliveredFrames() {
    return delivered.sum();
  }

  /** Frames that the throttle of subscribers skipped. */
  public long throttledFrames() {
    return throttled.sum();
  }

  /** Frames lost by slow or disconnected subscribers. */
  public long droppedFrames() {
    return dropped.sum();
  }

  /** Frames in mailboxes. */
  public long queuedFrames() {
    return offeredFrames() - deliveredFrames() - throttledFrames() - droppedFrames();
  }

  /** Bytes that were written. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }
}
