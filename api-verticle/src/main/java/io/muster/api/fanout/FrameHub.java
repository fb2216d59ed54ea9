package io.muster.api.fanout;

import io.muster.api.fanout.ReplayRing.Replay;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Home;
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
public final class FrameHub {
  private static final Duration GATHERING = Duration.ofMillis(250);
  private static final long NONE = -1;

  private final Home home;
  private final Vertx vertx;
  private final FleetView view;
  private final ReplayRing ring;
  private final Duration forgetAfter;
  private final List<Branch> branches = new CopyOnWriteArrayList<>();
  private final Set<String> awaited = new HashSet<>();
  private long gathering = NONE;
  private long beat = NONE;

  /**
   * A hub over the view.
   *
   * @param forgetAfter silence after which a host is forgotten
   */
  public FrameHub(Home home, FleetView view, ReplayRing ring, Duration forgetAfter) {
    this.home = home;
    this.vertx = home.vertx();
    this.view = view;
    this.ring = ring;
    this.forgetAfter = forgetAfter;
  }

  /** Begins to forget hosts, on the context of the caller. */
  public void start() {
    beat = vertx.setPeriodic(1000, timer -> view.forget(forgetAfter));
  }

  /** The branch is told of every frame from now on. Any thread may call it. */
  public void attach(Branch branch) {
    branches.add(branch);
  }

  /** Takes a frame from the bus. */
  public void offer(EncodedFrame frame) {
    if (!view.offer(frame)) {
      return;
    }
    var host = Optional.of(frame.header().hostId());
    tell(host, view.show(host).orElseThrow());
    if (gathering == NONE) {
      awaited.addAll(view.freshHosts());
    }
    awaited.remove(frame.header().hostId());
    if (awaited.isEmpty()) {
      tellFleet();
    } else if (gathering == NONE) {
      gathering = vertx.setTimer(GATHERING.toMillis(), timer -> tellFleet());
    }
  }

  /** What the scope was told after the instant. Any event loop may ask. */
  public Future<Replay> replay(Optional<String> scope, Instant cursor) {
    return home.call(() -> Future.succeededFuture(ring.since(scope, cursor)));
  }

  /** Nobody is told of anything any more. */
  public void close() {
    vertx.cancelTimer(beat);
    vertx.cancelTimer(gathering);
    branches.clear();
  }

  private void tellFleet() {
    vertx.cancelTimer(gathering);
    gathering = NONE;
    awaited.clear();
    tell(Optional.empty(), view.hosts().size() == 1 ? onlyHost() : view.compose());
  }

  private FleetFrame onlyHost() {
    return view.show(Optional.empty()).orElseThrow();
  }

  private void tell(Optional<String> scope, FleetFrame frame) {
    ring.add(scope, frame);
    branches.forEach(branch -> branch.told(scope, frame));
  }

  /** The subscribers of one event loop. */
  public interface Branch {
    /**
     * There is a new frame.
     *
     * @param scope the one host that it shows; empty for what the node shows by default
     */
    void told(Optional<String> scope, FleetFrame frame);
  }
}
