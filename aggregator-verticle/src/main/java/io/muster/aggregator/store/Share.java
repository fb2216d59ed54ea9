package io.muster.aggregator.store;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.List;

/**
 * What one client has in a batch.
 *
 * @param beats each instant once, oldest first; at least one
 */
record Share(Arrival arrival, List<Beat> beats) {
  long oldestMillis() {
    return beats.get(0).atMillis();
  }

  /**
   * Accepted, stored before, out of range.
   *
   * @param fitting instants that are neither too old nor too far in the future
   * @param accepted those of them that were not there yet
   */
  HeartbeatReceipt receipt(int fitting, int accepted) {
    var misfits = beats.size() - fitting;
    return new HeartbeatReceipt(accepted, arrival.size() - misfits - accepted, misfits);
  }
}
