package io.muster.api.state;

import io.muster.api.fanout.FramePublisher.LoopSubscription;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostStatus;
import io.muster.api.state.FleetState.GoneHost;
import io.muster.api.state.TrackedHost.StateTime;
import io.muster.schema.state.StateHead;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Derives the fleet state from the fleet view, and publishes it to every event loop: at each tick
 * of the fleet, and within a second when a host becomes stale or silent, or is removed. Confined to
 * the owner context, except where noted.
 */
public final class FleetStatePublisher implements LoopSubscription {
  /** Removed hosts that a change can contain; a subscriber that missed more gets a full state. */
  private static final int MAX_GONE = 10_000;

  private static final long NO_TIMER = -1;

  private final FleetView view;
  private final InstantSource wallClock;
  private final List<StateSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final ArrayDeque<GoneHost> gone = new ArrayDeque<>();
  private Map<String, TrackedHost> hosts = Map.of();
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

  /** Adds a subscription to all following states. Safe for use by any thread. */
  public void subscribe(StateSubscription subscription) {
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
    var time = nextTime();
    var updated = new LinkedHashMap<String, TrackedHost>();
    for (var status : view.hostStatuses()) {
      updated.put(status.host(), update(status, time));
    }
    removeAbsent(updated, time);
    publish(updated, time);
  }

  /** Stops the timer and removes all subscriptions. */
  public void close(Vertx vertx) {
    vertx.cancelTimer(secondTimer);
    subscriptions.clear();
  }

  /** Publishes a state if a host has become stale or silent. New frames wait for their tick. */
  void onSecondElapsed() {
    var time = nextTime();
    var updated = new LinkedHashMap<String, TrackedHost>();
    for (var status : view.hostStatuses()) {
      var host = hosts.get(status.host());
      if (host != null) {
        updated.put(
            status.host(), host.frame() == status.frame() ? host.withStateOf(status, time) : host);
      }
    }
    var isChanged =
        updated.size() < hosts.size()
            || updated.values().stream()
                .anyMatch(host -> host.summaryChangedAt() == time.sequence());
    if (isChanged) {
      removeAbsent(updated, time);
      publish(updated, time);
    }
  }

  private StateTime nextTime() {
    return new StateTime(current.head().sequence() + 1, wallClock.instant());
  }

  private TrackedHost update(HostStatus status, StateTime time) {
    var host = hosts.get(status.host());
    return host == null ? TrackedHost.of(++lastId, status, time) : host.update(status, time);
  }

  private void removeAbsent(Map<String, TrackedHost> updated, StateTime time) {
    hosts.forEach(
        (name, host) -> {
          if (!updated.containsKey(name)) {
            gone.addLast(new GoneHost(host.host().facts().id(), time.sequence()));
          }
        });
    while (gone.size() > MAX_GONE) {
      firstCovered = gone.removeFirst().goneAt();
    }
  }

  private void publish(Map<String, TrackedHost> updated, StateTime time) {
    var previous = current;
    hosts = updated;
    current =
        new FleetState(
            new StateHead(previous.head().epoch(), time.sequence(), time.at()),
            List.copyOf(updated.values()),
            List.copyOf(gone),
            firstCovered);
    subscriptions.forEach(subscription -> subscription.onState(current, previous));
  }

  /** A subscription to all states. */
  public interface StateSubscription {
    /** Receives a new state and the one before it. Called on the owner context. */
    void onState(FleetState state, FleetState previous);
  }
}
