package io.muster.aggregator.store;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.List;

/**
 * What one client has in a batch.
 *
 * @param rows each instant once, oldest first; at least one
 */
record ClientBatch(ReceivedBatch receivedBatch, List<HeartbeatRow> rows) {
  long oldestMillis() {
    return rows.get(0).atMillis();
  }

  /**
   * Accepted, stored before, out of range.
   *
   * @param inRange instants that are neither too old nor too far in the future
   * @param accepted those of them that were not there yet
   */
  HeartbeatReceipt receipt(int inRange, int accepted) {
    var outOfRange = rows.size() - inRange;
    return new HeartbeatReceipt(accepted, receivedBatch.size() - outOfRange - accepted, outOfRange);
  }
}
