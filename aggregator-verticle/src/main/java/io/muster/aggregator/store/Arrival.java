package io.muster.aggregator.store;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.schema.history.HeartbeatBatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A request, and when it came.
 *
 * @param receivedAt by the server's clock
 */
public record Arrival(HeartbeatBatch batch, Instant receivedAt) {
  /** An offset that is not larger may as well be the way of the request: it counts as none. */
  private static final long EXACT_MILLIS = 2_000;

  /**
   * Instants further from the epoch are no instants: they are cut here, and are out of range there.
   */
  private static final long MOST_MILLIS = 1_000_000_000_000_000L;

  /** Whose heartbeats they are. */
  public String clientId() {
    return batch.clientId();
  }

  /** How many heartbeats there are. */
  public int size() {
    return batch.heartbeats().size();
  }

  /** What is to be added to the host's clock, as this request shows it; empty: nobody knows. */
  OptionalLong measuredOffsetMillis() {
    if (batch.sentAtMillis().isEmpty()) {
      return OptionalLong.empty();
    }
    var offset = receivedAt.toEpochMilli() - cut(batch.sentAtMillis().getAsLong());
    return OptionalLong.of(Math.abs(offset) <= EXACT_MILLIS ? 0 : offset);
  }

  /** Its heartbeats: each instant once, oldest first. */
  Share share(GpuCatalog catalog) {
    Predicate<Long> first = new HashSet<Long>()::add;
    var beats =
        batch.heartbeats().stream()
            .map(heartbeat -> Beat.of(cut(heartbeat.atMillis()), heartbeat, catalog))
            .filter(beat -> first.test(beat.atMillis()))
            .sorted(Comparator.comparingLong(Beat::atMillis))
            .toList();
    return new Share(this, beats);
  }

  private static long cut(long millis) {
    return Math.max(-MOST_MILLIS, Math.min(MOST_MILLIS, millis));
  }
}
