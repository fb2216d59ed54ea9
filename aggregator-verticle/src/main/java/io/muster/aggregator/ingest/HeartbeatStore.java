package io.muster.aggregator.ingest;

import io.vertx.core.Future;
import java.util.List;

/** A store of heartbeats. */
public interface HeartbeatStore {
  /**
   * Stores heartbeats of any number of clients, each heartbeat once, no matter how often it is
   * sent. Completes when those that have a receipt are durable; each request is stored as a whole,
   * or not at all.
   *
   * @param batches at most one for each client
   */
  Future<StoreResult> store(List<ReceivedBatch> batches);
}
