package io.muster.bus.service;

import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;

/** Stores heartbeats in history. Served by any aggregator. */
public interface HeartbeatService {
  /**
   * Stores the heartbeats that are not stored yet. The receipt is sent after the commit, so that
   * the sender may delete them. If the batch contains the time of its sender, and that time is
   * wrong, the heartbeats get instants of the server's clock; a repeated batch gets the same
   * instants.
   *
   * <p>Fails with {@code CLIENT_UNKNOWN} if the client is not registered, {@code INVALID_ARGUMENT}
   * if a heartbeat is malformed, and {@code UNAVAILABLE} or {@code TIMEOUT} if the batch may be
   * sent again later: the database is not reachable, too many heartbeats are waiting, or a day of
   * the batch is being compacted.
   */
  Future<HeartbeatReceipt> store(HeartbeatBatch batch);
}
