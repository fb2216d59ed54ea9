package io.muster.api.fleet;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The frames that one subscriber has not taken yet: 16 at most. On overflow the oldest go, and the
 * subscriber learns how many. offered = taken + dropped + held. Confined to the context of its hub.
 */
public final class Mailbox {
  /** As many frames as all-smi's broadcast channel holds. */
  static final int CAPACITY = 16;

  private final ArrayDeque<FleetFrame> frames = new ArrayDeque<>(CAPACITY);
  private long dropped;
  private long droppedUntold;

  void offer(FleetFrame frame) {
    if (frames.size() == CAPACITY) {
      frames.removeFirst();
      dropped++;
      droppedUntold++;
    }
    frames.addLast(frame);
  }

  /** The oldest frame. */
  public Optional<FleetFrame> take() {
    return Optional.ofNullable(frames.pollFirst());
  }

  /** Frames dropped since this was asked last. */
  public long takeDropped() {
    var untold = droppedUntold;
    droppedUntold = 0;
    return untold;
  }

  long dropped() {
    return dropped;
  }
}
