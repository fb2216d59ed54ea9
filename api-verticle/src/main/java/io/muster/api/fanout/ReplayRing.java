package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * What subscribers were told lately, for those that come back. It is bounded in bytes: the oldest
 * goes first. What comes after a frame is told by its place, not by the time in it: clocks differ,
 * are set back, and stand for frames of a fleet that one late host completes. Confined to the
 * context of its hub.
 */
public final class ReplayRing {
  private final long maxBytes;
  private final ArrayDeque<Told> told = new ArrayDeque<>();
  private long heldBytes;

  public ReplayRing(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Remembers what was told to the scope. */
  public void add(Optional<String> scope, FleetFrame frame) {
    var entry = new Told(scope, frame, frame.sizeBytes());
    told.addLast(entry);
    heldBytes += entry.bytes();
    while (heldBytes > maxBytes) {
      heldBytes -= told.removeFirst().bytes();
    }
  }

  /** What the scope was told after the frame of this id; everything when that frame is gone. */
  public Replay since(Optional<String> scope, Instant id) {
    var frames =
        told.stream().filter(entry -> entry.scope().equals(scope)).map(Told::frame).toList();
    for (int place = 0; place < frames.size(); place++) {
      if (isId(id, frames.get(place).at())) {
        return new Replay(frames.subList(place + 1, frames.size()), true);
      }
    }
    return new Replay(frames, false);
  }

  /** Ids are in microseconds, or in whole seconds as plain streams have them. */
  private static boolean isId(Instant id, Instant at) {
    return id.equals(at.truncatedTo(ChronoUnit.MICROS))
        || id.equals(at.truncatedTo(ChronoUnit.SECONDS));
  }

  private record Told(Optional<String> scope, FleetFrame frame, long bytes) {}

  /**
   * What a subscriber missed.
   *
   * @param frames in the order in which they were told, with the newest at the end
   * @param complete whether nothing is missing between the subscriber's last frame and these
   */
  public record Replay(List<FleetFrame> frames, boolean complete) {}
}
