package io.muster.api.rest;

import io.muster.schema.history.HeartbeatReceipt;

/**
 * Totals of the receipts of one request; their sum is the number of heartbeats in it.
 *
 * @param accepted stored by this request
 * @param duplicate stored before
 * @param outOfRange too old or too far in the future to be stored
 * @param unknown of clients that are not registered
 */
record HeartbeatTotals(int accepted, int duplicate, int outOfRange, int unknown) {
  static final HeartbeatTotals NONE = new HeartbeatTotals(0, 0, 0, 0);

  static HeartbeatTotals of(HeartbeatReceipt receipt) {
    return new HeartbeatTotals(receipt.accepted(), receipt.duplicate(), receipt.outOfRange(), 0);
  }

  static HeartbeatTotals unknown(int heartbeats) {
    return new HeartbeatTotals(0, 0, 0, heartbeats);
  }

  HeartbeatTotals plus(HeartbeatTotals other) {
    return new HeartbeatTotals(
        accepted + other.accepted,
        duplicate + other.duplicate,
        outOfRange + other.outOfRange,
        unknown + other.unknown);
  }
}
