package io.muster.aggregator.rollup;

import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls up repeatedly. The pause after a roll-up is at least a hundred times its duration, so that
 * the roll-ups of all nodes together run for at most one percent of the time. Confined to the
 * context of its verticle, with which it ends.
 */
public final class RollupJob {
  private static final Logger log = LoggerFactory.getLogger(RollupJob.class);

  /** The pause after a roll-up, as a multiple of its duration. */
  private static final int PAUSE_FACTOR = 100;

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Function<Duration, Future<Optional<RollupResult>>> rollup;
  private final Duration interval;
  private final RollupMetrics metrics;
  private Duration pause;
  private volatile Optional<String> problem = Optional.empty();

  /**
   * Creates the job; runs nothing.
   *
   * @param rollup rolls up, unless the given pause since the previous roll-up has not passed
   */
  RollupJob(
      Node node,
      Vertx vertx,
      Duration interval,
      Function<Duration, Future<Optional<RollupResult>>> rollup) {
    this.vertx = vertx;
    this.nanoTime = node.clocks().nanoTime();
    this.rollup = rollup;
    this.interval = interval;
    this.pause = interval;
    this.metrics = new RollupMetrics(node);
  }

  /** Starts the roll-ups, with metrics and a health check of the node. */
  public static void start(Vertx vertx, RollupConfig config, Node node, Database database) {
    var rollup = new PostgresRollup(database, node.clocks().wallClock());
    var job = new RollupJob(node, vertx, config.interval(), rollup::rollUpIfDue);
    node.health().add("fold", "the last roll-up failed", job::problem);
    job.scheduleNext(config.interval());
  }

  /** Returns the reason why the last roll-up failed, or empty. Safe for use by any thread. */
  Optional<String> problem() {
    return problem;
  }

  /** Returns the minimum pause after a roll-up. */
  static Duration pauseAfter(Duration interval, Duration duration) {
    var scaled = duration.multipliedBy(PAUSE_FACTOR);
    return scaled.compareTo(interval) > 0 ? scaled : interval;
  }

  /** Rolls up if it is due, and returns the delay until the next run. Never fails. */
  Future<Duration> run() {
    var startNanos = nanoTime.getAsLong();
    return Future.succeededFuture()
        .compose(started -> rollup.apply(pause))
        .map(result -> recordSuccess(result, startNanos))
        .otherwise(this::recordFailure);
  }

  private void scheduleNext(Duration delay) {
    // A run never fails.
    vertx.setTimer(delay.toMillis(), fired -> run().onSuccess(this::scheduleNext));
  }

  private Duration recordSuccess(Optional<RollupResult> result, long startNanos) {
    if (problem.isPresent()) {
      log.info("roll-up recovered");
    }
    problem = Optional.empty();
    if (result.isEmpty()) {
      return interval;
    }
    var duration = Duration.ofNanos(nanoTime.getAsLong() - startNanos);
    metrics.recordSuccess(result.get(), duration);
    pause = pauseAfter(interval, duration);
    return pause;
  }

  private Duration recordFailure(Throwable cause) {
    metrics.recordFailure();
    var message = String.valueOf(cause.getMessage());
    if (problem.isEmpty()) {
      log.warn("roll-up failed reason={}", message);
    }
    problem = Optional.of(message);
    return interval;
  }
}
