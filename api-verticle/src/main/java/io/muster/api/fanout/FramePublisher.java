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
 * Tells every event loop of every new frame. Who follows one host is told at once; who follows a
 * fleet is told once for each tick, when all live hosts have sent theirs or a short while has
 * passed. Confined to the context of its verticle.
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
   * A hub over the view.
   *
   * @param forgetAfter silence after which a host is forgotten
   */
  public FramePublisher(
      FleetContext context, FleetView view, ReplayRing ring, Duration forgetAfter) {
    this.context = context;
    this.vertx = context.vertx();
    this.view = view;
    this.ring = ring;
    this.forgetAfter = forgetAfter;
  }

  /** Begins to forget hosts, on the context of the caller. */
  public void start() {
    forgetTimer = vertx.setPeriodic(1000, timer -> view.forgetSilent(forgetAfter));
  }

  /** The branch is told of every frame from now on. Any thread may call it. */
  public void subscribe(LoopSubscription subscription) {
    subscriptions.add(subscription);
  }

  /** Takes a frame from the bus. */
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

  /** What the scope was told after the instant. Any event loop may ask. */
  public Future<Replay> replay(Optional<String> scope, Instant cursor) {
    return context.call(() -> Future.succeededFuture(ring.replayAfter(scope, cursor)));
  }

  /** Nobody is told of anything any more. */
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

  /** The subscribers of one event loop. */
  public interface LoopSubscription {
    /**
     * There is a new frame.
     *
     * @param scope the one host that it shows; empty for what the node shows by default
     */
    void onFrame(Optional<String> scope, FleetFrame frame);
  }
}
