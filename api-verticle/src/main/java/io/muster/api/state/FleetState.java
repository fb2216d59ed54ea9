package io.muster.api.state;

import io.muster.schema.state.FleetHost;
import io.muster.schema.state.FleetStateJson;
import io.muster.schema.state.FleetStateJson.StateChange;
import io.muster.schema.state.StateHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The states of all hosts at one instant, each with the number of the state in which it changed
 * last: the change since any earlier state is spliced from them. Immutable; its bytes are spliced
 * on the first request, and shared by all subscribers. Safe for use by any thread; two concurrent
 * first requests may both splice them.
 */
public final class FleetState {
  /** One for each power of two of the number of states that a change covers. */
  private static final int MAX_CHANGES = Long.SIZE;

  private final StateHead head;
  private final List<TrackedHost> hosts;
  private final List<GoneHost> gone;
  private final long firstCovered;
  private final Duration interval;
  private volatile @Nullable StateBytes full;
  private final AtomicReferenceArray<StateBytes> changes = new AtomicReferenceArray<>(MAX_CHANGES);

  /**
   * Creates a state.
   *
   * @param firstCovered number of the oldest state since which all removed hosts are in the list
   */
  FleetState(StateHead head, List<TrackedHost> hosts, List<GoneHost> gone, long firstCovered) {
    this.head = head;
    this.hosts = List.copyOf(hosts);
    this.gone = List.copyOf(gone);
    this.firstCovered = firstCovered;
    this.interval =
        Duration.ofMillis(
            hosts.stream().mapToLong(host -> host.host().facts().intervalMs()).min().orElse(0));
  }

  public StateHead head() {
    return head;
  }

  public StatePosition position() {
    return new StatePosition(head.epoch(), head.sequence());
  }

  /** The hosts, by name. */
  public List<FleetHost> hosts() {
    return hosts.stream().map(TrackedHost::host).toList();
  }

  /** The hosts with their newest frames, by name. */
  public List<TrackedHost> trackedHosts() {
    return hosts;
  }

  /** The shortest interval of the hosts; zero without any. */
  public Duration interval() {
    return interval;
  }

  /** Returns true if the changes since this position are known. */
  public boolean covers(StatePosition position) {
    return position.epoch().equals(head.epoch())
        && position.sequence() >= firstCovered
        && position.sequence() <= head.sequence();
  }

  /** The complete state. */
  public StateBytes full() {
    var bytes = full;
    if (bytes == null) {
      bytes = bytes("state", () -> FleetStateJson.encodeState(head, hosts()));
      full = bytes;
    }
    return bytes;
  }

  /**
   * The changes since a position that is covered. Older changes may be in it too: the number of
   * states that it covers is a power of two, so that a few changes serve any number of slow
   * subscribers.
   */
  public StateBytes changeSince(StatePosition position) {
    var states = Math.max(1, head.sequence() - position.sequence());
    var index = Long.SIZE - Long.numberOfLeadingZeros(states - 1);
    var bytes = changes.get(index);
    if (bytes == null) {
      var from = Math.max(firstCovered, head.sequence() - (1L << index));
      bytes = bytes("tick", () -> FleetStateJson.encodeChange(head, from, change(from)));
      changes.set(index, bytes);
    }
    return bytes;
  }

  private StateBytes bytes(String eventName, Supplier<byte[]> json) {
    return new StateBytes(eventName, Optional.of(position()), json.get());
  }

  private StateChange change(long from) {
    return new StateChange(
        hostsWhere(host -> host.factsChangedAt() > from),
        gone.stream().filter(host -> host.goneAt() > from).map(GoneHost::id).toList(),
        hostsWhere(host -> host.summaryChangedAt() > from));
  }

  private List<FleetHost> hostsWhere(Predicate<TrackedHost> condition) {
    return hosts.stream().filter(condition).map(TrackedHost::host).toList();
  }

  /**
   * A host that is no longer known.
   *
   * @param goneAt number of the first state without it
   */
  record GoneHost(int id, long goneAt) {}
}
