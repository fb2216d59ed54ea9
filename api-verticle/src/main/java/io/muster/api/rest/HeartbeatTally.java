package io.muster.api.rest;

import io.muster.schema.history.HeartbeatReceipt;

/**
 * What became of the heartbeats of one request: their sum is how many there were.
 *
 * @param accepted stored by this request
 * @param duplicate stored before
 * @param outOfRange too old or too far in the future to be stored
 * @param unknown of clients that are not registered
 */
record HeartbeatTally(int accepted, int duplicate, int outOfRange, int unknown) {
  static final HeartbeatTally NONE = new HeartbeatTally(0, 0, 0, 0);

  static HeartbeatTally of(HeartbeatReceipt receipt) {
    return new HeartbeatTally(receipt.accepted(), receipt.duplicate(), receipt.outOfRange(), 0);
  }

  static HeartbeatTally unknown(int heartbeats) {
    return new HeartbeatTally(0, 0, 0, heartbeats);
  }

  HeartbeatTally plus(HeartbeatTally more) {
    return new HeartbeatTally(
        accepted + more.accepted,
        duplicate + more.duplicate,
        outOfRange + more.outOfRange,
        unknown + more.unknown);
  }
}
