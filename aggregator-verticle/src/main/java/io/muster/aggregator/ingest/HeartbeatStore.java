package io.muster.aggregator.ingest;

import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Where heartbeats are kept. */
public interface HeartbeatStore {
  /**
   * Keeps heartbeats of any number of clients: all of them, or none. Completes when they are
   * durable, with the receipts by client id; a client that is not registered has none, and nothing
   * of it is kept.
   *
   * @param batches at most one for each client
   */
  Future<Map<String, HeartbeatReceipt>> store(List<HeartbeatBatch> batches);
}
