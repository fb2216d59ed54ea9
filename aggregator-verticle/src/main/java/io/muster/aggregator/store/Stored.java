package io.muster.aggregator.store;

import io.muster.schema.history.HeartbeatReceipt;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What became of requests. A client of which it tells nothing is not registered.
 *
 * @param receipts by client id
 * @param left clients of which nothing was kept, for the reason that is given
 * @param reason why; empty when nobody is left
 */
public record Stored(
    Map<String, HeartbeatReceipt> receipts, Set<String> left, Optional<Throwable> reason) {
  public Stored {
    receipts = Map.copyOf(receipts);
    left = Set.copyOf(left);
  }

  static Stored of(Map<String, HeartbeatReceipt> receipts) {
    return new Stored(receipts, Set.of(), Optional.empty());
  }
}
