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
 * A batch of the spool on its way: which parts of it are still to be stored. A part holds
 * heartbeats of one client, oldest first. Confined to one thread.
 */
final class Delivery {
  private final SpoolBatch batch;
  private final Map<String, Deque<List<Heartbeat>>> parts = new LinkedHashMap<>();
  private final Set<String> announced = new HashSet<>();
  private long refused;

  Delivery(SpoolBatch batch) {
    this.batch = batch;
    var byClient = new LinkedHashMap<String, List<Heartbeat>>();
    for (var record : batch.records()) {
      byClient.computeIfAbsent(record.clientId(), id -> new ArrayList<>()).add(record.heartbeat());
    }
    byClient.forEach((client, beats) -> parts.put(client, new ArrayDeque<>(List.of(beats))));
  }

  SpoolBatch batch() {
    return batch;
  }

  /** Whose heartbeats are still to be stored. */
  List<String> clients() {
    return List.copyOf(parts.keySet());
  }

  /** The next part of a client that has one. */
  List<Heartbeat> next(String client) {
    return parts.getOrDefault(client, new ArrayDeque<>()).getFirst();
  }

  /** The next part is stored. */
  void stored(String client) {
    parts.computeIfPresent(client, (id, queue) -> rest(queue));
  }

  /**
   * The next part is malformed: halves it. Answers the culprit, which is given up, when there was
   * only one.
   */
  Optional<Heartbeat> halve(String client) {
    var part = next(client);
    stored(client);
    if (part.size() == 1) {
      refused++;
      return Optional.of(part.get(0));
    }
    var middle = part.size() / 2;
    var queue = parts.computeIfAbsent(client, id -> new ArrayDeque<>());
    queue.addFirst(part.subList(middle, part.size()));
    queue.addFirst(part.subList(0, middle));
    return Optional.empty();
  }

  /** Gives up all that is left of a client; answers how much it was. */
  long giveUp(String client) {
    var left = parts.remove(client);
    var count = left == null ? 0 : left.stream().mapToLong(List::size).sum();
    refused += count;
    return count;
  }

  /** Notes that the client was announced; answers whether for the first time. */
  boolean announced(String client) {
    return announced.add(client);
  }

  boolean wasAnnounced(String client) {
    return announced.contains(client);
  }

  boolean isDone() {
    return parts.isEmpty();
  }

  /** Heartbeats that were given up. */
  long refused() {
    return refused;
  }

  @SuppressWarnings("NullAway") // computeIfPresent removes the entry on null
  private static Deque<List<Heartbeat>> rest(Deque<List<Heartbeat>> queue) {
    queue.removeFirst();
    return queue.isEmpty() ? null : queue;
  }
}
