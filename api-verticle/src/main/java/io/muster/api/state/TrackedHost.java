package io.muster.api.state;

import io.muster.api.fleet.HostStatus;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.HostState;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A host with the numbers of the states in which it changed last.
 *
 * @param frame its newest frame
 * @param receivedAt arrival of that frame
 * @param described the host as that frame describes it
 * @param host the same with its current state
 * @param factsChangedAt number of the state in which its facts changed last
 * @param summaryChangedAt number of the state in which its summary changed last
 */
public record TrackedHost(
    EncodedFrame frame,
    Instant receivedAt,
    FleetHost described,
    FleetHost host,
    long factsChangedAt,
    long summaryChangedAt) {

  /** Returns a host that is new in the state of this number. */
  static TrackedHost of(int id, HostStatus status, Advance advance) {
    var host = FleetHost.of(id, status.frame());
    return new TrackedHost(
            status.frame(),
            advance.at().minus(status.age()),
            host,
            host,
            advance.sequence(),
            advance.sequence())
        .withStateOf(status, advance);
  }

  /** Returns the host after a newer frame, if there is one. */
  TrackedHost update(HostStatus status, Advance advance) {
    if (status.frame() == frame) {
      return withStateOf(status, advance);
    }
    return new TrackedHost(
            status.frame(),
            advance.at().minus(status.age()),
            described.update(status.frame()),
            host,
            factsChangedAt,
            summaryChangedAt)
        .withStateOf(status, advance);
  }

  /** Returns the host with the state that follows from the age of its frame. */
  TrackedHost withStateOf(HostStatus status, Advance advance) {
    var stateByAge = stateByAge(status);
    var state =
        advance.maintenance().contains(described.facts().clientId())
            ? HostState.MAINTENANCE
            : stateByAge.orElse(described.summary().state());
    var updated = described.withState(state, stateByAge.map(old -> receivedAt));
    var factsChanged = !updated.facts().equals(host.facts());
    var summaryChanged = !updated.summary().equals(host.summary());
    return new TrackedHost(
        frame,
        receivedAt,
        described,
        factsChanged || summaryChanged ? updated : host,
        factsChanged ? advance.sequence() : factsChangedAt,
        summaryChanged ? advance.sequence() : summaryChangedAt);
  }

  private static Optional<HostState> stateByAge(HostStatus status) {
    if (!status.alive()) {
      return Optional.of(HostState.SILENT);
    }
    return status.isStale() ? Optional.of(HostState.STALE) : Optional.empty();
  }

  /**
   * The state that is being created.
   *
   * @param sequence its number
   * @param maintenance client ids of the hosts under maintenance
   */
  record Advance(long sequence, Instant at, Set<String> maintenance) {}
}
