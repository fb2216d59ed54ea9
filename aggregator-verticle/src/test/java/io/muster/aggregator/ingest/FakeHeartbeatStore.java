package io.muster.aggregator.ingest;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A store that stores nothing, and completes when the test does so. Confined to the context of the
 * service.
 */
final class FakeHeartbeatStore implements HeartbeatStore {
  final Set<String> unknownClients = new HashSet<>();
  final Set<String> failingClients = new HashSet<>();
  final Set<String> skippedClients = new HashSet<>();
  FleetException skipReason = new FleetException(Code.UNAVAILABLE, "its day is being compacted");
  private final List<List<HeartbeatBatch>> writes = new ArrayList<>();
  private final Deque<PendingWrite> pendingWrites = new ArrayDeque<>();
  private List<Instant> receivedAt = List.of();
  private final Promise<Void> firstWrite = Promise.promise();

  @Override
  public Future<StoreResult> store(List<ReceivedBatch> receivedBatches) {
    var batches = receivedBatches.stream().map(ReceivedBatch::batch).toList();
    writes.add(batches);
    receivedAt = receivedBatches.stream().map(ReceivedBatch::receivedAt).toList();
    firstWrite.tryComplete();
    if (batches.stream().anyMatch(batch -> failingClients.contains(batch.clientId()))) {
      return Future.failedFuture(new FleetException(Code.INTERNAL, "a value is rejected"));
    }
    var write = new PendingWrite(batches, Promise.promise());
    pendingWrites.add(write);
    return write.resultPromise().future();
  }

  /** Completes at the first write. */
  Future<Void> firstWrite() {
    return firstWrite.future();
  }

  /** Returns the number of writes in flight. */
  int pendingWrites() {
    return pendingWrites.size();
  }

  /** Commits the oldest write: all its heartbeats are new. */
  void commit() {
    var write = pendingWrites.remove();
    write
        .resultPromise()
        .complete(new StoreResult(receipts(write), skippedClients(write), skipReason()));
  }

  private Map<String, HeartbeatReceipt> receipts(PendingWrite write) {
    return write.batches().stream()
        .filter(batch -> !unknownClients.contains(batch.clientId()))
        .filter(batch -> !skippedClients.contains(batch.clientId()))
        .collect(
            Collectors.toMap(
                HeartbeatBatch::clientId,
                batch -> new HeartbeatReceipt(batch.heartbeats().size(), 0, 0)));
  }

  private Set<String> skippedClients(PendingWrite write) {
    return write.batches().stream()
        .map(HeartbeatBatch::clientId)
        .filter(skippedClients::contains)
        .collect(Collectors.toSet());
  }

  private Optional<Throwable> skipReason() {
    return skippedClients.isEmpty() ? Optional.empty() : Optional.of(skipReason);
  }

  void fail(Throwable cause) {
    pendingWrites.remove().resultPromise().fail(cause);
  }

  /** Returns the times of receipt of the requests of the last write. */
  List<Instant> receivedAt() {
    return List.copyOf(receivedAt);
  }

  /** Returns the clients of each write, in order. */
  List<List<String>> writtenClients() {
    return writes.stream()
        .map(write -> write.stream().map(HeartbeatBatch::clientId).toList())
        .toList();
  }

  private record PendingWrite(List<HeartbeatBatch> batches, Promise<StoreResult> resultPromise) {}
}
