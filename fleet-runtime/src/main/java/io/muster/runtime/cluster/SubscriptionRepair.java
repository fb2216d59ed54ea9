package io.muster.runtime.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node reachable: after each change of membership, and whenever the watchdog misses
 * something in the shared tables, it writes the node's registrations again and checks that they are
 * there. Vert.x itself tries once, and not at all when the attempt fails.
 *
 * <p>State is confined to the context that made it.
 */
final class SubscriptionRepair {
  private static final Logger log = LoggerFactory.getLogger(SubscriptionRepair.class);
  private static final Duration WORKER_LIMIT = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final Context context;
  private final WorkerExecutor worker;
  private final RegistrationLedger ledger;
  private final ClusterTiming timing;
  private final LongAdder repairs = new LongAdder();
  private final LongAdder failures = new LongAdder();

  private long timer = -1;
  private long watchdog = -1;
  private boolean closed;
  private volatile String problem = "";

  SubscriptionRepair(Vertx vertx, RegistrationLedger ledger, ClusterTiming timing) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.worker =
        vertx.createSharedWorkerExecutor("muster-subscription-repair", 1, WORKER_LIMIT.toNanos());
    this.ledger = ledger;
    this.timing = timing;
  }

  void start() {
    context.runOnContext(
        unused ->
            watchdog = vertx.setPeriodic(timing.watchdog().toMillis(), tick -> check("watchdog")));
  }

  /** Call on each change; the repair waits until the membership has been quiet for a while. */
  void membershipChanged() {
    var settle = timing.settle().toMillis();
    var jitter = ThreadLocalRandom.current().nextLong(settle / 2 + 1);
    context.runOnContext(unused -> arm(settle + jitter, () -> repair("membership")));
  }

  Future<Void> close() {
    return Future.future(
        done ->
            context.runOnContext(
                unused -> {
                  closed = true;
                  vertx.cancelTimer(timer);
                  vertx.cancelTimer(watchdog);
                  // Not awaited: a repair may hang for as long as Hazelcast's operation timeout.
                  worker.close();
                  done.complete();
                }));
  }

  /** Times that registrations were written again. */
  long repairs() {
    return repairs.sum();
  }

  /** Times that the tables could not be read or written. */
  long failures() {
    return failures.sum();
  }

  /** Empty while everything of this node is in the shared tables. */
  String problem() {
    return problem;
  }

  /** One timer for what comes next: the latest reason to act replaces an earlier one. */
  private void arm(long delayMillis, Runnable next) {
    if (closed) {
      return;
    }
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(delayMillis, due -> next.run());
  }

  private void repair(String reason) {
    worker
        .executeBlocking(
            () -> {
              ledger.restore();
              return reason;
            })
        .onSuccess(
            done -> {
              repairs.increment();
              log.debug("subscriptions written again reason={}", reason);
              arm(timing.settle().toMillis(), () -> check("repair"));
            })
        .onFailure(this::failed);
  }

  private void check(String reason) {
    ledger
        .refreshRoutes()
        .compose(refreshed -> worker.executeBlocking(ledger::missing))
        .onSuccess(missing -> checked(missing, reason))
        .onFailure(this::failed);
  }

  private void checked(List<String> missing, String reason) {
    if (!missing.isEmpty()) {
      report("missing in the subscription table: " + String.join(" ", missing));
      repair(reason);
    } else if (!problem.isEmpty()) {
      problem = "";
      log.info("subscriptions are complete again repairs={}", repairs());
    }
  }

  private void failed(Throwable cause) {
    if (closed) {
      return;
    }
    failures.increment();
    report("the subscription table cannot be reached: " + cause.getMessage());
    arm(timing.settle().toMillis() * 2, () -> repair("retry"));
  }

  private void report(String line) {
    if (problem.isEmpty()) {
      log.warn("subscriptions are in disorder problem={}", line);
    }
    problem = line;
  }
}
