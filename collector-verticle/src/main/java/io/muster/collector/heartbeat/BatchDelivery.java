package io.muster.collector.heartbeat;

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
    return partsByClient.getOrDefault(client, new ArrayDeque<>()).getFirst();
  }

  /** Removes the next part, which is stored. */
  void removeNextPart(String client) {
    partsByClient.computeIfPresent(client, (id, queue) -> withoutFirst(queue));
  }

  /**
   * Halves the next part, which is malformed. If it is a single heartbeat, drops and returns it.
   */
  Optional<Heartbeat> splitNextPart(String client) {
    var part = nextPart(client);
    removeNextPart(client);
    if (part.size() == 1) {
      rejected++;
      return Optional.of(part.get(0));
    }
    var middle = part.size() / 2;
    var queue = partsByClient.computeIfAbsent(client, id -> new ArrayDeque<>());
    queue.addFirst(part.subList(middle, part.size()));
    queue.addFirst(part.subList(0, middle));
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

  @SuppressWarnings("NullAway") // computeIfPresent removes the entry on null
  private static Deque<List<Heartbeat>> withoutFirst(Deque<List<Heartbeat>> queue) {
    queue.removeFirst();
    return queue.isEmpty() ? null : queue;
  }
}
