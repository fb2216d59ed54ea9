package io.muster.api.fanout;

import io.muster.api.fleet.FleetFrame;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * What subscribers were told lately, for those that come back. It is bounded in bytes: the oldest
 * goes first. Confined to the context of its hub.
 */
public final class ReplayRing {
  private final long maxBytes;
  private final ArrayDeque<Told> told = new ArrayDeque<>();
  private long heldBytes;
  private Instant gapUntil;

  /**
   * An empty ring.
   *
   * @param startedAt what happened before this instant is not known
   */
  public ReplayRing(long maxBytes, Instant startedAt) {
    this.maxBytes = maxBytes;
    this.gapUntil = startedAt;
  }

  /** Remembers what was told to the scope. */
  public void add(Optional<String> scope, FleetFrame frame) {
    var entry = new Told(scope, frame, frame.sizeBytes());
    told.addLast(entry);
    heldBytes += entry.bytes();
    while (heldBytes > maxBytes) {
      forget(told.removeFirst());
    }
  }

  /** What the scope was told after the instant. */
  public Replay since(Optional<String> scope, Instant cursor) {
    var missed =
        told.stream()
            .filter(entry -> entry.scope().equals(scope) && entry.frame().at().isAfter(cursor))
            .map(Told::frame)
            .toList();
    return new Replay(missed, !cursor.isBefore(gapUntil));
  }

  private void forget(Told entry) {
    heldBytes -= entry.bytes();
    gapUntil = entry.frame().at().isAfter(gapUntil) ? entry.frame().at() : gapUntil;
  }

  private record Told(Optional<String> scope, FleetFrame frame, long bytes) {}

  /**
   * What a subscriber missed.
   *
   * @param frames in the order in which they were told
   * @param complete whether nothing is missing between the subscriber's last frame and these
   */
  public record Replay(List<FleetFrame> frames, boolean complete) {}
}
