package io.muster.api.fanout;

import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fleet.FleetContext;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.schema.frame.EncodedFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Publishes every new frame to every event loop: the frame of one host immediately, the frame of
 * the fleet once for each tick, when all live hosts have sent theirs or a quarter of a second has
 * passed. Confined to the owner context, except where noted.
 */
public final class FramePublisher {
  private static final Duration GATHER_TIMEOUT = Duration.ofMillis(250);
  private static final long NO_TIMER = -1;

  private final FleetContext context;
  private final Vertx vertx;
  private final FleetView view;
  private final ReplayRing ring;
  private final Duration forgetAfter;
  private final List<LoopSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final Set<String> awaitedHosts = new HashSet<>();
  private long gatherTimer = NO_TIMER;
  private long forgetTimer = NO_TIMER;

  /**
   * Creates a publisher of the frames in the view.
   *
   * @param forgetAfter silence after which a host is removed from the view
   */
  public FramePublisher(
      FleetContext context, FleetView view, ReplayRing ring, Duration forgetAfter) {
    this.context = context;
    this.vertx = context.vertx();
    this.view = view;
    this.ring = ring;
    this.forgetAfter = forgetAfter;
  }

  /** Starts the removal of silent hosts, on the caller's context. */
  public void start() {
    forgetTimer = vertx.setPeriodic(1000, timer -> view.forgetSilent(forgetAfter));
  }

  /** Adds a subscription to all following frames. Safe for use by any thread. */
  public void subscribe(LoopSubscription subscription) {
    subscriptions.add(subscription);
  }

  /** Stores a frame from the bus, and publishes it if it is newer than the last of its host. */
  public void offer(EncodedFrame frame) {
    if (!view.offer(frame)) {
      return;
    }
    var host = Optional.of(frame.header().hostId());
    publish(host, view.currentFrame(host).orElseThrow());
    if (gatherTimer == NO_TIMER) {
      awaitedHosts.addAll(view.freshHosts());
    }
    awaitedHosts.remove(frame.header().hostId());
    if (awaitedHosts.isEmpty()) {
      publishFleet();
    } else if (gatherTimer == NO_TIMER) {
      gatherTimer = vertx.setTimer(GATHER_TIMEOUT.toMillis(), timer -> publishFleet());
    }
  }

  /**
   * Returns the frames that were published to the scope after the instant. Safe for use by any
   * event loop: the future completes after all of these frames have been queued for that loop, and
   * before any later one.
   */
  public Future<Replay> replay(Optional<String> scope, Instant lastEventAt) {
    return context.call(() -> Future.succeededFuture(ring.replayAfter(scope, lastEventAt)));
  }

  /** Cancels the timers and removes all subscriptions. */
  public void close() {
    vertx.cancelTimer(forgetTimer);
    vertx.cancelTimer(gatherTimer);
    subscriptions.clear();
  }

  private void publishFleet() {
    vertx.cancelTimer(gatherTimer);
    gatherTimer = NO_TIMER;
    awaitedHosts.clear();
    publish(Optional.empty(), view.hosts().size() == 1 ? onlyHostFrame() : view.compose());
  }

  private FleetFrame onlyHostFrame() {
    return view.currentFrame(Optional.empty()).orElseThrow();
  }

  private void publish(Optional<String> scope, FleetFrame frame) {
    ring.add(scope, frame);
    subscriptions.forEach(subscription -> subscription.onFrame(scope, frame));
  }

  /** The subscription of one event loop. */
  public interface LoopSubscription {
    /**
     * Receives a new frame.
     *
     * @param scope the only host in the frame; empty for the default frame of the node
     */
    void onFrame(Optional<String> scope, FleetFrame frame);
  }
}
