package io.muster.bus.service;

import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;

/** Takes heartbeats into history. Answered by any aggregator. */
public interface HeartbeatService {
  /**
   * Stores the heartbeats that are not stored yet. The receipt comes after the commit, so that the
   * sender may forget them. When the batch tells its sender's time, and that is wrong, they get the
   * instants of the server's clock; a repetition gets the same ones.
   *
   * <p>Fails with {@code CLIENT_UNKNOWN} when the client is not registered, {@code
   * INVALID_ARGUMENT} when a heartbeat is malformed, and {@code UNAVAILABLE} or {@code TIMEOUT}
   * when it may be sent again later: the database is away, too much is waiting, or a day of the
   * batch is being packed.
   */
  Future<HeartbeatReceipt> store(HeartbeatBatch batch);
}
