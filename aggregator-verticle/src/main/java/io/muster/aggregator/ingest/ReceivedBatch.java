package io.muster.aggregator.ingest;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.schema.history.HeartbeatBatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * A request, and the time of its receipt.
 *
 * @param receivedAt time of the server's clock
 */
public record ReceivedBatch(HeartbeatBatch batch, Instant receivedAt) {
  /** An offset up to this may be the latency of the request: it counts as none. */
  private static final long OFFSET_TOLERANCE_MILLIS = 2_000;

  /**
   * Maximum distance of instants from the epoch; instants beyond it are clamped, and are out of
   * range.
   */
  private static final long MAX_EPOCH_MILLIS = 1_000_000_000_000_000L;

  public String clientId() {
    return batch.clientId();
  }

  /** Returns the number of heartbeats. */
  public int size() {
    return batch.heartbeats().size();
  }

  /**
   * Returns the offset to be added to the host's clock, as measured by this request; empty:
   * unknown.
   */
  OptionalLong measuredOffsetMillis() {
    if (batch.sentAtMillis().isEmpty()) {
      return OptionalLong.empty();
    }
    var offsetMillis = receivedAt.toEpochMilli() - clamp(batch.sentAtMillis().getAsLong());
    return OptionalLong.of(Math.abs(offsetMillis) <= OFFSET_TOLERANCE_MILLIS ? 0 : offsetMillis);
  }

  /** Returns the heartbeats as rows: each instant once, oldest first. */
  ClientBatch toClientBatch(GpuCatalog catalog) {
    Predicate<Long> isFirst = new HashSet<Long>()::add;
    var rows =
        batch.heartbeats().stream()
            .map(
                heartbeat ->
                    HeartbeatRow.of(clamp(heartbeat.atMillis()), heartbeat, clientId(), catalog))
            .filter(row -> isFirst.test(row.atMillis()))
            .sorted(Comparator.comparingLong(HeartbeatRow::atMillis))
            .toList();
    return new ClientBatch(this, rows);
  }

  private static long clamp(long millis) {
    return Math.max(-MAX_EPOCH_MILLIS, Math.min(MAX_EPOCH_MILLIS, millis));
  }
}
