package io.muster.collector.heartbeat;

import static java.util.Objects.requireNonNull;

import io.muster.collector.heartbeat.spool.SpoolBatch;
import io.muster.schema.history.Heartbeat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Delivery state of one batch of the spool: the parts of the batch that are not stored yet. A part
 * contains heartbeats of one client, oldest first. Confined to the context of its pipeline.
 */
final class BatchDelivery {
  private final SpoolBatch batch;
  private final Map<String, Deque<List<Heartbeat>>> partsByClient = new LinkedHashMap<>();
  private final Set<String> announcedClients = new HashSet<>();
  private long rejected;

  BatchDelivery(SpoolBatch batch) {
    this.batch = batch;
    var byClient = new LinkedHashMap<String, List<Heartbeat>>();
    for (var record : batch.records()) {
      byClient.computeIfAbsent(record.clientId(), id -> new ArrayList<>()).add(record.heartbeat());
    }
    byClient.forEach(
        (client, heartbeats) -> partsByClient.put(client, new ArrayDeque<>(List.of(heartbeats))));
  }

  SpoolBatch batch() {
    return batch;
  }

  /** The clients with heartbeats that are not stored yet. */
  List<String> clients() {
    return List.copyOf(partsByClient.keySet());
  }

  /** The next part of a client; the client must have one. */
  List<Heartbeat> nextPart(String client) {
    return parts(client).getFirst();
  }

  /** Removes the next part, which is stored. */
  void removeNextPart(String client) {
    parts(client).removeFirst();
    partsByClient.values().removeIf(Deque::isEmpty);
  }

  /**
   * Halves the next part, which is malformed. If it is a single heartbeat, drops and returns it.
   */
  Optional<Heartbeat> splitNextPart(String client) {
    var part = nextPart(client);
    if (part.size() == 1) {
      removeNextPart(client);
      rejected++;
      return Optional.of(part.get(0));
    }
    var middle = part.size() / 2;
    var parts = parts(client);
    parts.removeFirst();
    parts.addFirst(part.subList(middle, part.size()));
    parts.addFirst(part.subList(0, middle));
    return Optional.empty();
  }

  /** Drops the remaining heartbeats of a client; returns their number. */
  long abandon(String client) {
    var remaining = partsByClient.remove(client);
    var count = remaining == null ? 0 : remaining.stream().mapToLong(List::size).sum();
    rejected += count;
    return count;
  }

  /** Records that the client was announced; returns true for the first time. */
  boolean markAnnounced(String client) {
    return announcedClients.add(client);
  }

  boolean wasAnnounced(String client) {
    return announcedClients.contains(client);
  }

  boolean isDone() {
    return partsByClient.isEmpty();
  }

  /** Number of dropped heartbeats. */
  long rejected() {
    return rejected;
  }

  private Deque<List<Heartbeat>> parts(String client) {
    return requireNonNull(partsByClient.get(client));
  }
}
