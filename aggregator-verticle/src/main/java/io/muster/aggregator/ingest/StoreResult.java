package io.muster.aggregator.ingest;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The results of requests. A client without a result is not registered.
 *
 * @param receipts receipts by client id
 * @param skippedClients clients of which nothing was stored, for the given reason
 * @param skipReason empty if no client was skipped
 */
public record StoreResult(
    Map<String, HeartbeatReceipt> receipts,
    Set<String> skippedClients,
    Optional<Throwable> skipReason) {
  public StoreResult {
    receipts = Map.copyOf(receipts);
    skippedClients = Set.copyOf(skippedClients);
  }

  static StoreResult of(Map<String, HeartbeatReceipt> receipts) {
    return new StoreResult(receipts, Set.of(), Optional.empty());
  }
}
