package io.muster.api.state;

import io.muster.api.fleet.HostStatus;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.HostState;
import java.time.Instant;
import java.util.Optional;

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
record TrackedHost(
    EncodedFrame frame,
    Instant receivedAt,
    FleetHost described,
    FleetHost host,
    long factsChangedAt,
    long summaryChangedAt) {

  /** Returns a host that is new in the state of this number. */
  static TrackedHost of(int id, HostStatus status, StateTime time) {
    var host = FleetHost.of(id, status.frame());
    return new TrackedHost(
            status.frame(),
            time.at().minus(status.age()),
            host,
            host,
            time.sequence(),
            time.sequence())
        .withStateOf(status, time);
  }

  /** Returns the host after a newer frame, if there is one. */
  TrackedHost update(HostStatus status, StateTime time) {
    if (status.frame() == frame) {
      return withStateOf(status, time);
    }
    return new TrackedHost(
            status.frame(),
            time.at().minus(status.age()),
            described.update(status.frame()),
            host,
            factsChangedAt,
            summaryChangedAt)
        .withStateOf(status, time);
  }

  /** Returns the host with the state that follows from the age of its frame. */
  TrackedHost withStateOf(HostStatus status, StateTime time) {
    var updated =
        stateByAge(status)
            .map(state -> described.withState(state, Optional.of(receivedAt)))
            .orElse(described);
    var factsChanged = !updated.facts().equals(host.facts());
    var summaryChanged = !updated.summary().equals(host.summary());
    return new TrackedHost(
        frame,
        receivedAt,
        described,
        factsChanged || summaryChanged ? updated : host,
        factsChanged ? time.sequence() : factsChangedAt,
        summaryChanged ? time.sequence() : summaryChangedAt);
  }

  private static Optional<HostState> stateByAge(HostStatus status) {
    if (!status.alive()) {
      return Optional.of(HostState.SILENT);
    }
    return status.isStale() ? Optional.of(HostState.STALE) : Optional.empty();
  }

  /** The number and the instant of the state that is being created. */
  record StateTime(long sequence, Instant at) {}
}
