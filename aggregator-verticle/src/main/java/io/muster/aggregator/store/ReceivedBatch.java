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
public record ReceivedBatch(HeartbeatBatch batch, Instant receivedAt) {
  /** An offset that is not larger may as well be the way of the request: it counts as none. */
  private static final long OFFSET_TOLERANCE_MILLIS = 2_000;

  /**
   * Instants further from the epoch are no instants: they are cut here, and are out of range there.
   */
  private static final long MAX_EPOCH_MILLIS = 1_000_000_000_000_000L;

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
    var offsetMillis = receivedAt.toEpochMilli() - clamp(batch.sentAtMillis().getAsLong());
    return OptionalLong.of(Math.abs(offsetMillis) <= OFFSET_TOLERANCE_MILLIS ? 0 : offsetMillis);
  }

  /** Its heartbeats: each instant once, oldest first. */
  ClientBatch toClientBatch(GpuCatalog catalog) {
    Predicate<Long> isFirst = new HashSet<Long>()::add;
    var rows =
        batch.heartbeats().stream()
            .map(heartbeat -> HeartbeatRow.of(clamp(heartbeat.atMillis()), heartbeat, catalog))
            .filter(row -> isFirst.test(row.atMillis()))
            .sorted(Comparator.comparingLong(HeartbeatRow::atMillis))
            .toList();
    return new ClientBatch(this, rows);
  }

  private static long clamp(long millis) {
    return Math.max(-MAX_EPOCH_MILLIS, Math.min(MAX_EPOCH_MILLIS, millis));
  }
}
