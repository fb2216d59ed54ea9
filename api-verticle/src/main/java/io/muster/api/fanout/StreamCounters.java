package io.muster.api.fanout;

import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the frames that were meant for subscribers: offered = delivered + throttled +
 * dropped + held. Any thread may use it.
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

  /** Frames were put into mailboxes. */
  public void countOffered(long frames) {
    offered.add(frames);
  }

  void countDropped(long frames) {
    dropped.add(frames);
  }

  /** A frame was written. */
  public void countDelivered() {
    delivered.increment();
  }

  /** Frames were left out because the subscriber wants fewer. */
  public void countThrottled(long frames) {
    throttled.add(frames);
  }

  /** Bytes were written: events and comments, with the framing of their chunks. */
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

  /** Frames that subscribers did not want. */
  public long throttledFrames() {
    return throttled.sum();
  }

  /** Frames that subscribers lost because they were slow, or had left. */
  public long droppedFrames() {
    return dropped.sum();
  }

  /** Frames in mailboxes. */
  public long heldFrames() {
    return offeredFrames() - deliveredFrames() - throttledFrames() - droppedFrames();
  }

  /** Bytes that were written. */
  public long writtenBytes() {
    return writtenBytes.sum();
  }
}
