package io.muster.api.fleet;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.FrameRejectedException;
import io.muster.bus.FrameRejection;
import io.muster.bus.metrics.MeterFactory;
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
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The latest frame of each known host. Frames arrive late, twice and out of order after a fault: a
 * frame that is not newer than the latest of its host is counted and dropped. Frames received from
 * the bus = rejected + superseded + accepted. The hosts and their size are written by the owner
 * context only; any thread may read them, and caches a frame that it composes.
 */
public final class FleetView {
  private final String fleetName;
  private final FleetLimits limits;
  private final LongSupplier nanoTime;
  private volatile Map<String, HostEntry> hosts = Map.of();
  private final AtomicReference<@Nullable CachedSnapshot> cachedFleet = new AtomicReference<>();
  private volatile boolean ready;
  private long frameBytes;
  private final Counter accepted;
  private final Counter superseded;

  /** Creates an empty view; {@code fleetName} is the hostname of frames of several hosts. */
  public FleetView(
      String fleetName, FleetLimits limits, LongSupplier nanoTime, MeterFactory meters) {
    this.fleetName = fleetName;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.accepted = meters.counter("frames.accepted", "Frames accepted into the fleet view");
    this.superseded =
        meters.counter(
            "frames.superseded", "Frames dropped because they arrived late, twice or out of order");
    meters.gauge("hosts", "Known hosts, including silent ones", this, view -> view.hosts().size());
  }

  /** The failure of a request for an unknown host. */
  public static FleetException unknownHost(String host) {
    return new FleetException(Code.HOST_UNKNOWN, "unknown host '" + host + "'");
  }

  /**
   * Stores a frame; returns false if it is not newer than the latest of its host. Throws {@link
   * FrameRejectedException} at a limit of the view.
   */
  public boolean offer(EncodedFrame frame) {
    var entry = hosts.get(frame.header().hostId());
    if (entry != null && !isNewer(frame, entry.snapshot())) {
      superseded.increment();
      return false;
    }
    claimSpace(frame, Optional.ofNullable(entry));
    accepted.increment();
    var snapshot = HostSnapshot.of(frame, nanoTime.getAsLong());
    if (entry == null) {
      add(snapshot);
    } else {
      entry.update(snapshot);
    }
    ready = true;
    return true;
  }

  /** Composes the frame of the fleet, which readers share until the next call. */
  public FleetFrame compose() {
    var composed = composeSnapshot(hosts, nanoTime.getAsLong());
    cachedFleet.set(composed);
    return composed.frame();
  }

  /** Marks a host as silent because its collector did not return a requested frame. */
  public void markUnresponsive(String host, String message) {
    Optional.ofNullable(hosts.get(host))
        .ifPresent(entry -> entry.update(entry.snapshot().withCollectError(message)));
    replaceHosts(new TreeMap<>(hosts));
  }

  /** Removes hosts that have been silent for longer than this. */
  public void forgetSilent(Duration maxSilence) {
    var now = nanoTime.getAsLong();
    var remaining = new TreeMap<>(hosts);
    remaining
        .values()
        .removeIf(entry -> now - entry.snapshot().staleAtNanos() > maxSilence.toNanos());
    if (remaining.size() < hosts.size()) {
      replaceHosts(remaining);
      frameBytes =
          remaining.values().stream()
              .mapToLong(entry -> entry.snapshot().frame().sizeBytes())
              .sum();
    }
  }

  /**
   * Returns the current frame: of one host if it is named or the only one, else of the fleet. Empty
   * if the host is unknown. Returns the same object until something changes; the frame of the fleet
   * changes once for each tick of its hosts.
   */
  public Optional<FleetFrame> currentFrame(Optional<String> host) {
    var now = nanoTime.getAsLong();
    var entries = hosts;
    if (host.isPresent()) {
      return Optional.ofNullable(entries.get(host.get())).map(entry -> entry.currentFrame(now));
    }
    if (entries.size() <= 1) {
      return entries.values().stream().findFirst().map(entry -> entry.currentFrame(now));
    }
    return Optional.of(fleetFrame(entries, now));
  }

  /**
   * Returns true if the frame of a host in scope is too old, or lacks the requested process table.
   */
  public boolean isRefreshDue(Optional<String> host, SectionSelection include) {
    var now = nanoTime.getAsLong();
    var entries = hosts;
    if (host.isPresent()) {
      var entry = entries.get(host.get());
      return entry != null && isRefreshDue(entry.snapshot(), include, now);
    }
    for (var entry : entries.values()) {
      if (isRefreshDue(entry.snapshot(), include, now)) {
        return true;
      }
    }
    return false;
  }

  /** The hosts in scope whose frame is too old, or lacks the requested process table. */
  public List<String> hostsToRefresh(Optional<String> host, SectionSelection include) {
    var now = nanoTime.getAsLong();
    return snapshots(host)
        .filter(snapshot -> isRefreshDue(snapshot, include, now))
        .map(HostSnapshot::host)
        .toList();
  }

  /** The known hosts, by name. */
  public Collection<String> hosts() {
    return hosts.keySet();
  }

  /** The status of each known host, by name. */
  public List<HostStatus> hostStatuses() {
    var now = nanoTime.getAsLong();
    return snapshots(Optional.empty()).map(snapshot -> snapshot.status(now)).toList();
  }

  /** The hosts that are not silent, by name. */
  public List<String> freshHosts() {
    var now = nanoTime.getAsLong();
    return snapshots(Optional.empty())
        .filter(snapshot -> snapshot.isFresh(now))
        .map(HostSnapshot::host)
        .toList();
  }

  /** The newest frame of a host, fresh or not. */
  public Optional<EncodedFrame> newestFrame(String host) {
    return snapshots(Optional.of(host)).map(HostSnapshot::frame).findFirst();
  }

  /** Returns true once a frame has arrived. */
  public boolean isReady() {
    return ready;
  }

  /**
   * Returns true also for another boot of a silent host: a collector that restarts with its clock
   * set back would otherwise never be newer.
   */
  private boolean isNewer(EncodedFrame frame, HostSnapshot current) {
    return frame.header().isNewerThan(current.frame().header())
        || (frame.header().bootId() != current.frame().header().bootId()
            && !current.isFresh(nanoTime.getAsLong()));
  }

  /** A host that is known keeps its place, and may always replace its frame by one of its size. */
  private void claimSpace(EncodedFrame frame, Optional<HostEntry> entry) {
    if (entry.isEmpty() && hosts.size() >= limits.maxHosts()) {
      throw rejection(FrameRejection.HOSTS, frame, "hosts=" + hosts.size() + ": see api.max_hosts");
    }
    var replacedBytes = entry.map(known -> known.snapshot().frame().sizeBytes()).orElse(0);
    var grownBytes = frameBytes + frame.sizeBytes() - replacedBytes;
    if (grownBytes > limits.maxFrameBytes() && grownBytes > frameBytes) {
      throw rejection(
          FrameRejection.MEMORY,
          frame,
          "bytes of all frames=" + grownBytes + ": expected at most " + limits.maxFrameBytes());
    }
    frameBytes = grownBytes;
  }

  private static FrameRejectedException rejection(
      FrameRejection reason, EncodedFrame frame, String problem) {
    return new FrameRejectedException(reason, frame.header().hostId(), problem);
  }

  private void add(HostSnapshot snapshot) {
    var updated = new TreeMap<>(hosts);
    updated.put(snapshot.host(), new HostEntry(snapshot));
    replaceHosts(updated);
  }

  private void replaceHosts(Map<String, HostEntry> entries) {
    hosts = Collections.unmodifiableMap(entries);
  }

  /**
   * A reader that composes the frame caches it, unless the owner context has composed a newer one
   * meanwhile.
   */
  private FleetFrame fleetFrame(Map<String, HostEntry> entries, long now) {
    var cached = cachedFleet.get();
    if (cached != null && cached.isValid(entries, now)) {
      return cached.frame();
    }
    var composed = composeSnapshot(entries, now);
    cachedFleet.compareAndSet(cached, composed);
    return composed.frame();
  }

  private CachedSnapshot composeSnapshot(Map<String, HostEntry> entries, long now) {
    var snapshots = entries.values().stream().map(HostEntry::snapshot).toList();
    return CachedSnapshot.of(fleetName, snapshots, entries, now);
  }

  private Stream<HostSnapshot> snapshots(Optional<String> host) {
    var entries = hosts;
    var selected =
        host.isPresent() ? Stream.ofNullable(entries.get(host.get())) : entries.values().stream();
    return selected.map(HostEntry::snapshot);
  }

  private static boolean isRefreshDue(HostSnapshot snapshot, SectionSelection include, long now) {
    return now - snapshot.refreshDueAtNanos() >= 0
        || (include.contains(Section.PROCESS)
            && snapshot.frame().section(Section.PROCESS).isEmpty());
  }
}
