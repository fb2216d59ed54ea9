package io.muster.api.fleet;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionSelection;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest frame of every host that was heard. Frames come late, twice and out of order after a
 * fault: whatever is not newer than what is known is counted and dropped. It is written on one
 * context; any thread may read.
 */
public final class FleetView {
  private final String fleetName;
  private final LongSupplier nanos;
  private volatile Map<String, HostSlot> hosts = Map.of();
  private final AtomicReference<@Nullable Shown> fleet = new AtomicReference<>();
  private volatile boolean ready;
  private final LongAdder accepted = new LongAdder();
  private final LongAdder superseded = new LongAdder();

  /**
   * A view of nothing yet; {@code fleetName} is the hostname of frames that speak for several
   * hosts.
   */
  public FleetView(String fleetName, LongSupplier nanos) {
    this.fleetName = fleetName;
    this.nanos = nanos;
  }

  /** What is said of a host that is not known. */
  public static FleetException neverHeard(String host) {
    return new FleetException(Code.HOST_UNKNOWN, "host " + host + " was never heard");
  }

  /** Takes a frame in; false when it is not newer than what is known of its host. */
  public boolean offer(EncodedFrame frame) {
    var slot = hosts.get(frame.header().hostId());
    if (slot != null && !supersedes(frame, slot.state())) {
      superseded.increment();
      return false;
    }
    accepted.increment();
    var state = HostState.of(frame, nanos.getAsLong());
    if (slot == null) {
      add(state);
    } else {
      slot.put(state);
    }
    ready = true;
    return true;
  }

  /** Composes the frame of the fleet anew: until the next time readers share it. */
  public FleetFrame compose() {
    var composed = composed(hosts, nanos.getAsLong());
    fleet.set(composed);
    return composed.frame();
  }

  /** The host's collector was asked for a frame and gave none: what is known of it is old. */
  public void unanswered(String host, String message) {
    Optional.ofNullable(hosts.get(host))
        .ifPresent(slot -> slot.put(slot.state().withoutAnswer(message)));
    replaceHosts(new TreeMap<>(hosts));
  }

  /** Drops hosts that were silent for longer than this. */
  public void forget(Duration silence) {
    var now = nanos.getAsLong();
    var kept = new TreeMap<>(hosts);
    kept.values().removeIf(slot -> now - slot.state().staleAtNanos() > silence.toNanos());
    if (kept.size() < hosts.size()) {
      replaceHosts(kept);
    }
  }

  /**
   * What is shown now: of one host when it is named or is the only one, else of the fleet. Empty
   * when the host is not known. The answer is the same object until something changes; the fleet's
   * changes once for each tick of its hosts.
   */
  public Optional<FleetFrame> show(Optional<String> host) {
    var now = nanos.getAsLong();
    var known = hosts;
    if (host.isPresent()) {
      return Optional.ofNullable(known.get(host.get())).map(slot -> slot.show(now));
    }
    if (known.size() <= 1) {
      return known.values().stream().findFirst().map(slot -> slot.show(now));
    }
    return Optional.of(fleet(known, now));
  }

  /** Whether a host in scope has a frame that is too old, or lacks the asked process table. */
  public boolean isWanting(Optional<String> host, SectionSelection include) {
    var now = nanos.getAsLong();
    var known = hosts;
    if (host.isPresent()) {
      var slot = known.get(host.get());
      return slot != null && isWanting(slot.state(), include, now);
    }
    for (var slot : known.values()) {
      if (isWanting(slot.state(), include, now)) {
        return true;
      }
    }
    return false;
  }

  /** The hosts in scope whose frame is too old, or lacks the asked process table. */
  public List<String> wanting(Optional<String> host, SectionSelection include) {
    var now = nanos.getAsLong();
    return states(host)
        .filter(state -> isWanting(state, include, now))
        .map(HostState::host)
        .toList();
  }

  /** Hosts that are known. */
  public Collection<String> hosts() {
    return hosts.keySet();
  }

  /** Every known host, by name. */
  public List<HostStatus> roll() {
    var now = nanos.getAsLong();
    return states(Optional.empty()).map(state -> state.status(now)).toList();
  }

  /** Hosts that are heard now. */
  public List<String> freshHosts() {
    var now = nanos.getAsLong();
    return states(Optional.empty())
        .filter(state -> state.isFresh(now))
        .map(HostState::host)
        .toList();
  }

  /** The newest frame of a host, fresh or not. */
  public Optional<EncodedFrame> newest(String host) {
    return states(Optional.of(host)).map(HostState::frame).findFirst();
  }

  /** Whether any host was ever heard. */
  public boolean isReady() {
    return ready;
  }

  /** Frames taken in. */
  public long accepted() {
    return accepted.sum();
  }

  /** Frames dropped because something as new was known. */
  public long superseded() {
    return superseded.sum();
  }

  /**
   * A collector that started anew with its clock set back would never be newer: silence of the old
   * one admits it.
   */
  private boolean supersedes(EncodedFrame frame, HostState known) {
    return frame.header().isNewerThan(known.frame().header())
        || (frame.header().bootId() != known.frame().header().bootId()
            && !known.isFresh(nanos.getAsLong()));
  }

  private void add(HostState state) {
    var more = new TreeMap<>(hosts);
    more.put(state.host(), new HostSlot(state));
    replaceHosts(more);
  }

  private void replaceHosts(Map<String, HostSlot> others) {
    hosts = Collections.unmodifiableMap(others);
  }

  /** A reader that makes the frame anew shares it, unless home has made a newer one meanwhile. */
  private FleetFrame fleet(Map<String, HostSlot> known, long now) {
    var shared = fleet.get();
    if (shared != null && shared.holds(known, now)) {
      return shared.frame();
    }
    var composed = composed(known, now);
    fleet.compareAndSet(shared, composed);
    return composed.frame();
  }

  private Shown composed(Map<String, HostSlot> known, long now) {
    var states = known.values().stream().map(HostSlot::state).toList();
    return Shown.of(fleetName, states, known, now);
  }

  private Stream<HostState> states(Optional<String> host) {
    var known = hosts;
    var slots =
        host.isPresent() ? Stream.ofNullable(known.get(host.get())) : known.values().stream();
    return slots.map(HostSlot::state);
  }

  private static boolean isWanting(HostState state, SectionSelection include, long now) {
    return now - state.agedAtNanos() >= 0
        || (include.contains(Section.PROCESS) && state.frame().section(Section.PROCESS).isEmpty());
  }
}
