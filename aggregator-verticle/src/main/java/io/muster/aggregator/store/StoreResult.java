package io.muster.aggregator.store;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What became of requests. A client of which it tells nothing is not registered.
 *
 * @param receipts by client id
 * @param skippedClients clients of which nothing was kept, for the reason that is given
 * @param skipReason why; empty when nobody is left
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
