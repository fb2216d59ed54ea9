package io.muster.aggregator.ingest;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.List;

/**
 * The heartbeats of one client in a batch.
 *
 * @param rows each instant once, oldest first; at least one
 */
record ClientBatch(ReceivedBatch receivedBatch, List<HeartbeatRow> rows) {
  long oldestMillis() {
    return rows.get(0).atMillis();
  }

  /** Returns the time of a row by the server's clock, which is not after its receipt. */
  long reportedAtMillis(HeartbeatRow row) {
    var atMillis = row.atMillis() + receivedBatch.measuredOffsetMillis().orElse(0);
    return Math.min(atMillis, receivedBatch.receivedAt().toEpochMilli());
  }

  /**
   * Returns the receipt: accepted, duplicate, out of range.
   *
   * @param inRange number of instants that are neither too old nor too far in the future
   * @param accepted number of those that were not stored yet
   */
  HeartbeatReceipt receipt(int inRange, int accepted) {
    var outOfRange = rows.size() - inRange;
    return new HeartbeatReceipt(accepted, receivedBatch.size() - outOfRange - accepted, outOfRange);
  }
}
