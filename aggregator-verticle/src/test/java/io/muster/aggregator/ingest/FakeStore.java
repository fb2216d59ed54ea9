package io.muster.aggregator.ingest;

import io.muster.aggregator.store.Arrival;
import io.muster.aggregator.store.HeartbeatStore;
import io.muster.aggregator.store.Stored;
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

/** Keeps nothing, and answers when the test says so. Confined to the context of the intake. */
final class FakeStore implements HeartbeatStore {
  final Set<String> unknown = new HashSet<>();
  final Set<String> poisonous = new HashSet<>();
  final Set<String> slow = new HashSet<>();
  FleetException reason = new FleetException(Code.UNAVAILABLE, "its day is being packed");
  private final List<List<HeartbeatBatch>> writes = new ArrayList<>();
  private final Deque<Write> open = new ArrayDeque<>();
  private List<Instant> arrivedAt = List.of();
  private final Promise<Void> written = Promise.promise();

  @Override
  public Future<Stored> store(List<Arrival> arrivals) {
    var batches = arrivals.stream().map(Arrival::batch).toList();
    writes.add(batches);
    arrivedAt = arrivals.stream().map(Arrival::receivedAt).toList();
    written.tryComplete();
    if (batches.stream().anyMatch(batch -> poisonous.contains(batch.clientId()))) {
      return Future.failedFuture(new FleetException(Code.INTERNAL, "a value is refused"));
    }
    var write = new Write(batches, Promise.promise());
    open.add(write);
    return write.answer().future();
  }

  /** Completes at the first write. */
  Future<Void> written() {
    return written.future();
  }

  /** Writes under way. */
  int open() {
    return open.size();
  }

  /** Commits the oldest write: everything in it is new. */
  void commit() {
    var write = open.remove();
    write.answer().complete(new Stored(receipts(write), left(write), reason()));
  }

  private Map<String, HeartbeatReceipt> receipts(Write write) {
    return write.batches().stream()
        .filter(batch -> !unknown.contains(batch.clientId()))
        .filter(batch -> !slow.contains(batch.clientId()))
        .collect(
            Collectors.toMap(
                HeartbeatBatch::clientId,
                batch -> new HeartbeatReceipt(batch.heartbeats().size(), 0, 0)));
  }

  private Set<String> left(Write write) {
    return write.batches().stream()
        .map(HeartbeatBatch::clientId)
        .filter(slow::contains)
        .collect(Collectors.toSet());
  }

  private Optional<Throwable> reason() {
    return slow.isEmpty() ? Optional.empty() : Optional.of(reason);
  }

  void fail(Throwable cause) {
    open.remove().answer().fail(cause);
  }

  /** When the requests of the last write came. */
  List<Instant> arrivedAt() {
    return List.copyOf(arrivedAt);
  }

  /** The clients of each write, in order. */
  List<List<String>> clients() {
    return writes.stream()
        .map(write -> write.stream().map(HeartbeatBatch::clientId).toList())
        .toList();
  }

  private record Write(List<HeartbeatBatch> batches, Promise<Stored> answer) {}
}
