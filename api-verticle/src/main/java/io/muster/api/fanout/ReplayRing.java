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
  private final ArrayDeque<PublishedFrame> published = new ArrayDeque<>();
  private long heldBytes;

  public ReplayRing(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Remembers what was told to the scope. */
  public void add(Optional<String> scope, FleetFrame frame) {
    var entry = new PublishedFrame(scope, frame, frame.sizeBytes());
    published.addLast(entry);
    heldBytes += entry.sizeBytes();
    while (heldBytes > maxBytes) {
      heldBytes -= published.removeFirst().sizeBytes();
    }
  }

  /** What the scope was told after the frame of this id; everything when that frame is gone. */
  public Replay replayAfter(Optional<String> scope, Instant id) {
    var frames =
        published.stream()
            .filter(entry -> entry.scope().equals(scope))
            .map(PublishedFrame::frame)
            .toList();
    for (int index = 0; index < frames.size(); index++) {
      if (isId(id, frames.get(index).at())) {
        return new Replay(frames.subList(index + 1, frames.size()), true);
      }
    }
    return new Replay(frames, false);
  }

  /** Ids are in microseconds, or in whole seconds as plain streams have them. */
  private static boolean isId(Instant id, Instant at) {
    return id.equals(at.truncatedTo(ChronoUnit.MICROS))
        || id.equals(at.truncatedTo(ChronoUnit.SECONDS));
  }

  private record PublishedFrame(Optional<String> scope, FleetFrame frame, long sizeBytes) {}

  /**
   * What a subscriber missed.
   *
   * @param frames in the order in which they were told, with the newest at the end
   * @param complete whether nothing is missing between the subscriber's last frame and these
   */
  public record Replay(List<FleetFrame> frames, boolean complete) {}
}
