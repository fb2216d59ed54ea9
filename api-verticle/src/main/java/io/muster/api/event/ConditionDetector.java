package io.muster.api.event;

import io.muster.api.state.FleetState;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.Observation;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Detects conditions in the fleet states of this node. Confined to the owner context. */
final class ConditionDetector implements Consumer<FleetState> {
  private final Consumer<Observation> reporter;
  private final Map<String, HostConditions> hosts = new HashMap<>();

  ConditionDetector(Consumer<Observation> reporter) {
    this.reporter = reporter;
  }

  @Override
  public void accept(FleetState state) {
    var now = state.head().at();
    var names = new HashSet<String>();
    for (var host : state.trackedHosts()) {
      var name = host.host().facts().host();
      names.add(name);
      hosts.computeIfAbsent(name, first -> new HostConditions(host, reporter)).update(host, now);
    }
    hosts.keySet().retainAll(names);
  }

  /** Reports the silences that have lasted for long enough. */
  void onSecondElapsed(Instant now) {
    hosts.values().forEach(host -> host.confirmSilence(now));
  }

  /**
   * Reports the differences from the conditions that are stored.
   *
   * @param open those of all hosts
   */
  void reconcile(Collection<ConditionKey> open, Instant now) {
    Map<String, Set<ConditionKey>> openByClient =
        open.stream()
            .filter(key -> key.kind() != EventKind.CLUSTER_MEMBER)
            .collect(Collectors.groupingBy(ConditionKey::clientId, Collectors.toSet()));
    hosts
        .values()
        .forEach(host -> host.reconcile(openByClient.getOrDefault(host.clientId(), Set.of()), now));
  }
}
