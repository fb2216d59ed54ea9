package io.muster.runtime.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node reachable: after each membership change, and whenever the watchdog finds entries
 * missing from the shared tables, it rewrites the node's registrations and checks that they are
 * there. Vert.x itself tries once and does not retry.
 *
 * <p>Confined to the context that created it; the problem and the methods of the listener, which
 * Hazelcast calls on its event threads, are safe for use by any thread.
 */
final class SubscriptionRepair implements MembershipListener {
  private static final Logger log = LoggerFactory.getLogger(SubscriptionRepair.class);
  private static final Duration WORKER_TIMEOUT = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final TrackingClusterManager clusterManager;
  private final ClusterTiming timing;
  private final ClusterMetrics metrics;

  private long timerId = -1;
  private long watchdogTimerId = -1;
  private boolean closed;
  private volatile String problem = "";

  SubscriptionRepair(
      Vertx vertx,
      TrackingClusterManager clusterManager,
      ClusterTiming timing,
      ClusterMetrics metrics) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.worker =
        vertx.createSharedWorkerExecutor("muster-subscription-repair", 1, WORKER_TIMEOUT.toNanos());
    this.clusterManager = clusterManager;
    this.timing = timing;
    this.metrics = metrics;
  }

  void start() {
    context.runOnContext(
        unused ->
            watchdogTimerId =
                vertx.setPeriodic(timing.watchdogInterval().toMillis(), tick -> check("watchdog")));
  }

  @Override
  public void memberAdded(MembershipEvent event) {
    log.info(
        "member joined address={} members={}",
        address(event.getMember()),
        event.getMembers().size());
    scheduleRepair();
  }

  @Override
  public void memberRemoved(MembershipEvent event) {
    log.warn(
        "member left address={} members={}", address(event.getMember()), event.getMembers().size());
    scheduleRepair();
  }

  Future<Void> close() {
    return Future.future(
        done ->
            context.runOnContext(
                unused -> {
                  closed = true;
                  vertx.cancelTimer(timerId);
                  vertx.cancelTimer(watchdogTimerId);
                  // Not awaited: a repair may block for as long as Hazelcast's operation timeout.
                  worker.close();
                  done.complete();
                }));
  }

  /** The current problem; empty while all entries of this node are in the shared tables. */
  Optional<String> problem() {
    return Optional.of(problem).filter(text -> !text.isEmpty());
  }

  static HostPort address(Member member) {
    return new HostPort(member.getAddress().getHost(), member.getAddress().getPort());
  }

  /** Schedules a repair; it waits until the membership has been quiet for the settle delay. */
  private void scheduleRepair() {
    var settleMillis = timing.settleDelay().toMillis();
    var jitterMillis = ThreadLocalRandom.current().nextLong(settleMillis / 2 + 1);
    context.runOnContext(
        unused -> schedule(settleMillis + jitterMillis, () -> repair("membership")));
  }

  /** Schedules the next action on the only timer: a later action replaces a pending one. */
  private void schedule(long delayMillis, Runnable action) {
    if (closed) {
      return;
    }
    vertx.cancelTimer(timerId);
    timerId = vertx.setTimer(delayMillis, due -> action.run());
  }

  private void repair(String reason) {
    worker
        .executeBlocking(
            () -> {
              clusterManager.restoreRegistrations();
              return reason;
            })
        .onSuccess(
            done -> {
              metrics.repairs.increment();
              log.debug("subscriptions rewritten reason={}", reason);
              schedule(timing.settleDelay().toMillis(), () -> check("repair"));
            })
        .onFailure(this::handleFailure);
  }

  private void check(String reason) {
    clusterManager
        .refreshRoutes()
        .compose(refreshed -> worker.executeBlocking(clusterManager::findMissingEntries))
        .onSuccess(missing -> handleMissing(missing, reason))
        .onFailure(this::handleFailure);
  }

  private void handleMissing(List<String> missing, String reason) {
    if (!missing.isEmpty()) {
      reportProblem("missing in the subscription table: " + String.join(" ", missing));
      repair(reason);
    } else if (!problem.isEmpty()) {
      problem = "";
      log.info("subscriptions are complete again repairs={}", (long) metrics.repairs.count());
    }
  }

  private void handleFailure(Throwable cause) {
    if (closed) {
      return;
    }
    metrics.repairFailures.increment();
    reportProblem("the subscription table cannot be reached: " + cause.getMessage());
    schedule(timing.settleDelay().toMillis() * 2, () -> repair("retry"));
  }

  private void reportProblem(String newProblem) {
    if (problem.isEmpty()) {
      log.warn("subscriptions are incomplete problem={}", newProblem);
    }
    problem = newProblem;
  }
}
