package io.muster.api.event;

import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Detects members that join and leave the cluster. The order is that of time: the id of a node is
 * another one after each start. Confined to the owner context.
 */
final class MemberDetector {
  private final Consumer<Observation> reporter;
  private final Set<ConditionKey> everSeen = new HashSet<>();
  private Set<ConditionKey> members = Set.of();

  MemberDetector(Consumer<Observation> reporter) {
    this.reporter = reporter;
  }

  /**
   * Reports what has changed since the last call.
   *
   * @param addresses of all members by the ids of their nodes
   */
  void update(Map<String, String> addresses, Instant now) {
    var current = new HashSet<ConditionKey>();
    addresses.forEach((node, address) -> current.add(ConditionKey.ofMember(node, address)));
    for (var key : current) {
      if (!members.contains(key)) {
        report(key, true, now);
      }
    }
    for (var key : members) {
      if (!current.contains(key)) {
        report(key, false, now);
      }
    }
    everSeen.addAll(current);
    members = current;
  }

  /**
   * Reports the end of members that have left before this node started. What another part of a
   * divided cluster has stored about members that this node knows stays, because that part would
   * contradict again and again.
   *
   * @param open the conditions that are stored
   */
  void reconcile(Collection<ConditionKey> open, Instant now) {
    if (!members.isEmpty()) {
      open.stream()
          .filter(key -> key.kind() == EventKind.CLUSTER_MEMBER && !everSeen.contains(key))
          .forEach(key -> report(key, false, now));
    }
  }

  private void report(ConditionKey key, boolean isOpen, Instant now) {
    reporter.accept(
        new Observation(
            key,
            EventSubject.ofMember(key.memberAddress()),
            isOpen,
            new Position(0, now.toEpochMilli()),
            now.toEpochMilli(),
            Optional.empty(),
            Map.of()));
  }
}
