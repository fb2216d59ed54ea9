package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SectionError;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The newest frame of every host that was ever heard. Frames come late, twice and out of order
 * after a fault: whatever is not newer than what is known is counted and dropped. Confined to the
 * context of its verticle.
 */
public final class FleetView {
  private final String fleetName;
  private final LongSupplier nanos;
  private final Map<String, HostState> hosts = new TreeMap<>();
  private final Map<Optional<String>, Shown> shown = new HashMap<>(); // empty: the fleet
  private long accepted;
  private long superseded;

  /**
   * A view of nothing yet; {@code fleetName} is the hostname of frames that speak for several
   * hosts.
   */
  public FleetView(String fleetName, LongSupplier nanos) {
    this.fleetName = fleetName;
    this.nanos = nanos;
  }

  /** Takes a frame in; false when it is not newer than what is known of its host. */
  public boolean offer(EncodedFrame frame) {
    var known = hosts.get(frame.head().hostId());
    if (known != null && !supersedes(frame, known)) {
      superseded++;
      return false;
    }
    accepted++;
    hosts.put(frame.head().hostId(), new HostState(frame, nanos.getAsLong()));
    shown.remove(Optional.of(frame.head().hostId()));
    shown.remove(Optional.empty());
    return true;
  }

  /**
   * What is shown now: of one host when it is named or is the only one, else of the fleet. Empty
   * when the host was never heard. The answer is the same object until something changes.
   */
  public Optional<FleetFrame> show(Optional<String> host) {
    var scope = host.isEmpty() && hosts.size() == 1 ? hosts.keySet().stream().findFirst() : host;
    var now = nanos.getAsLong();
    var known = shown.get(scope);
    if (known != null && now - known.untilNanos() < 0) {
      return Optional.of(known.frame());
    }
    var states = states(scope);
    if (states.isEmpty()) {
      return Optional.empty();
    }
    var fresh = compose(states, scope.orElse(fleetName), now);
    shown.put(scope, fresh);
    return Optional.of(fresh.frame());
  }

  /** Hosts that were ever heard. */
  public Collection<String> hosts() {
    return List.copyOf(hosts.keySet());
  }

  /** Hosts that are heard now. */
  public List<String> freshHosts() {
    var now = nanos.getAsLong();
    return hosts.values().stream()
        .filter(state -> state.isFresh(now))
        .map(HostState::host)
        .toList();
  }

  /** The newest frame of a host, fresh or not. */
  public Optional<EncodedFrame> newest(String host) {
    return Optional.ofNullable(hosts.get(host)).map(HostState::frame);
  }

  /** Frames taken in. */
  public long accepted() {
    return accepted;
  }

  /** Frames dropped because something as new was known. */
  public long superseded() {
    return superseded;
  }

  /**
   * A collector that started anew with its clock set back would never be newer: silence of the old
   * one admits it.
   */
  private boolean supersedes(EncodedFrame frame, HostState known) {
    return frame.head().isNewerThan(known.frame().head())
        || (frame.head().bootId() != known.frame().head().bootId()
            && !known.isFresh(nanos.getAsLong()));
  }

  private Collection<HostState> states(Optional<String> host) {
    return host.map(name -> Optional.ofNullable(hosts.get(name)).stream().toList())
        .<Collection<HostState>>map(found -> found)
        .orElseGet(hosts::values);
  }

  private Shown compose(Collection<HostState> states, String name, long now) {
    var frames = new ArrayList<EncodedFrame>();
    var errors = new ArrayList<SectionError>();
    var until = Long.MAX_VALUE;
    for (var state : states) {
      if (state.isFresh(now)) {
        frames.add(state.frame());
        errors.addAll(state.frame().errors());
        until = Math.min(until, state.staleAtNanos() - now);
      } else {
        errors.add(state.staleError());
      }
    }
    var at = newest(frames.isEmpty() ? states.stream().map(HostState::frame).toList() : frames);
    return new Shown(new FleetFrame(name, at, frames, errors), now + until);
  }

  private static Instant newest(List<EncodedFrame> frames) {
    return frames.stream().map(frame -> frame.head().at()).max(Instant::compareTo).orElseThrow();
  }

  private record Shown(FleetFrame frame, long untilNanos) {}
}
