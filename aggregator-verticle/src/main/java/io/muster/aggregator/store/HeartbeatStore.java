package io.muster.aggregator.store;

import io.vertx.core.Future;
import java.util.List;

/** Where heartbeats are kept. */
public interface HeartbeatStore {
  /**
   * Keeps heartbeats of any number of clients, each of them once however often it comes. Completes
   * when those that have a receipt are durable; of each request all of it is kept, or nothing.
   *
   * @param batches at most one for each client
   */
  Future<StoreResult> store(List<ReceivedBatch> batches);
}
