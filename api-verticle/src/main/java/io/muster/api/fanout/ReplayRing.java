package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * The latest published frames, for subscribers that reconnect. Bounded in bytes: the oldest frame
 * is dropped first. Frames are ordered by publication, not by their time: clocks differ and are set
 * back, and a late host completes a frame of the fleet without advancing its time. Confined to the
 * owner context.
 */
public final class ReplayRing {
  private final long maxBytes;
  private final ArrayDeque<PublishedFrame> published = new ArrayDeque<>();
  private long totalBytes;

  public ReplayRing(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Adds a frame that was published to the scope. */
  public void add(Optional<String> scope, FleetFrame frame) {
    var entry = new PublishedFrame(scope, frame, frame.sizeBytes());
    published.addLast(entry);
    totalBytes += entry.sizeBytes();
    while (totalBytes > maxBytes) {
      totalBytes -= published.removeFirst().sizeBytes();
    }
  }

  /**
   * Returns the frames published to the scope after the frame with this id; if that frame is no
   * longer stored, returns all frames as an incomplete replay.
   */
  public Replay replayAfter(Optional<String> scope, Instant id) {
    var frames =
        published.stream()
            .filter(entry -> entry.scope().equals(scope))
            .map(PublishedFrame::frame)
            .toList();
    for (int index = 0; index < frames.size(); index++) {
      if (isId(id, frames.get(index).sampledAt())) {
        return new Replay(frames.subList(index + 1, frames.size()), true);
      }
    }
    return new Replay(frames, false);
  }

  /** Ids are in microseconds, or in whole seconds for streams without replay. */
  private static boolean isId(Instant id, Instant sampledAt) {
    return id.equals(sampledAt.truncatedTo(ChronoUnit.MICROS))
        || id.equals(sampledAt.truncatedTo(ChronoUnit.SECONDS));
  }

  private record PublishedFrame(Optional<String> scope, FleetFrame frame, long sizeBytes) {}

  /**
   * The frames that a subscriber missed.
   *
   * @param frames in the order of publication, the newest last
   * @param complete true if no frame is missing between the subscriber's last frame and these
   */
  public record Replay(List<FleetFrame> frames, boolean complete) {}
}
