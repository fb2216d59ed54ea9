package io.muster.api.state;

import io.muster.api.fanout.FramePublisher.LoopSubscription;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.state.FleetState.GoneHost;
import io.muster.api.state.TrackedHost.Advance;
import io.muster.schema.state.StateHead;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Derives the fleet state from the fleet view, and publishes it to every event loop: at each tick
 * of the fleet, and within a second when a host becomes stale or silent, is removed, or is under
 * maintenance. Confined to the owner context, except where noted.
 */
public final class FleetStatePublisher implements LoopSubscription {
  /** Removed hosts that a change can contain; a subscriber that missed more gets a full state. */
  private static final int MAX_GONE = 10_000;

  private static final long NO_TIMER = -1;

  private final FleetView view;
  private final InstantSource wallClock;
  private final List<Consumer<FleetState>> subscriptions = new CopyOnWriteArrayList<>();
  private final ArrayDeque<GoneHost> gone = new ArrayDeque<>();
  private Map<String, TrackedHost> hosts = Map.of();
  private Set<String> maintenance = Set.of();
  private int lastId;
  private long firstCovered;
  private long secondTimer = NO_TIMER;
  private volatile FleetState current;

  /**
   * Creates a publisher whose first state has no hosts.
   *
   * @param epoch identity of the stream, different for each start of each node
   */
  FleetStatePublisher(FleetView view, InstantSource wallClock, String epoch) {
    this.view = view;
    this.wallClock = wallClock;
    this.current =
        new FleetState(new StateHead(epoch, 0, wallClock.instant()), List.of(), List.of(), 0);
  }

  /** Creates a publisher whose epoch is unique. */
  public static FleetStatePublisher create(FleetView view, InstantSource wallClock) {
    var epoch = Long.toHexString(UUID.randomUUID().getMostSignificantBits());
    return new FleetStatePublisher(view, wallClock, epoch);
  }

  /** Starts the timer of one second, on the caller's context. */
  public void start(Vertx vertx) {
    secondTimer = vertx.setPeriodic(1000, timer -> onSecondElapsed());
  }

  /**
   * Adds a subscription to all following states, which is called on the owner context. Safe for use
   * by any thread.
   */
  public void subscribe(Consumer<FleetState> subscription) {
    subscriptions.add(subscription);
  }

  /** The newest state. Safe for use by any thread. */
  public FleetState current() {
    return current;
  }

  /** Publishes a state for each tick of the fleet, also if nothing has changed. */
  @Override
  public void onFrame(Optional<String> scope, FleetFrame frame) {
    if (scope.isPresent()) {
      return;
    }
    var advance = nextAdvance();
    var updated = new LinkedHashMap<String, TrackedHost>();
    for (var status : view.hostStatuses()) {
      updated.put(status.host(), update(status, advance));
    }
    removeAbsent(updated, advance);
    publish(updated, advance);
  }

  /** Sets the client ids of the hosts under maintenance, which the next state considers. */
  public void setMaintenance(Set<String> clientIds) {
    maintenance = Set.copyOf(clientIds);
  }

  /** Stops the timer and removes all subscriptions. */
  public void close(Vertx vertx) {
    vertx.cancelTimer(secondTimer);
    subscriptions.clear();
  }

  /**
   * Publishes a state if the state of a host has changed without a frame. New frames wait for their
   * tick.
   */
  void onSecondElapsed() {
    var advance = nextAdvance();
    var updated = new LinkedHashMap<String, TrackedHost>();
    for (var status : view.hostStatuses()) {
      var host = hosts.get(status.host());
      if (host != null) {
        updated.put(
            status.host(),
            host.frame() == status.frame() ? host.withStateOf(status, advance) : host);
      }
    }
    var isChanged =
        updated.size() < hosts.size()
            || updated.values().stream()
                .anyMatch(host -> host.summaryChangedAt() == advance.sequence());
    if (isChanged) {
      removeAbsent(updated, advance);
      publish(updated, advance);
    }
  }

  private Advance nextAdvance() {
    return new Advance(current.head().sequence() + 1, wallClock.instant(), maintenance);
  }

  private TrackedHost update(HostStatus status, Advance advance) {
    var host = hosts.get(status.host());
    return host == null ? TrackedHost.of(++lastId, status, advance) : host.update(status, advance);
  }

  private void removeAbsent(Map<String, TrackedHost> updated, Advance advance) {
    hosts.forEach(
        (name, host) -> {
          if (!updated.containsKey(name)) {
            gone.addLast(new GoneHost(host.host().facts().id(), advance.sequence()));
          }
        });
    while (gone.size() > MAX_GONE) {
      firstCovered = gone.removeFirst().goneAt();
    }
  }

  private void publish(Map<String, TrackedHost> updated, Advance advance) {
    hosts = updated;
    current =
        new FleetState(
            new StateHead(current.head().epoch(), advance.sequence(), advance.at()),
            List.copyOf(updated.values()),
            List.copyOf(gone),
            firstCovered);
    subscriptions.forEach(subscription -> subscription.accept(current));
  }
}
