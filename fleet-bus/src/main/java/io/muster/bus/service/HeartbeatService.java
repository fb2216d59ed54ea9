package io.muster.bus.service;

import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;

/** Takes heartbeats into history. Answered by any aggregator. */
public interface HeartbeatService {
  /**
   * Stores the heartbeats that are not stored yet. The receipt comes after the commit, so that the
   * sender may forget them.
   *
   * <p>Fails with {@code CLIENT_UNKNOWN} when the client is not registered, {@code
   * INVALID_ARGUMENT} when a heartbeat is malformed, and {@code UNAVAILABLE} or {@code TIMEOUT}
   * when it may be sent again later.
   */
  Future<HeartbeatReceipt> store(HeartbeatBatch batch);
}
