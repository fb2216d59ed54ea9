package io.muster.aggregator.rollup;

import io.muster.bus.EventTopic;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Rolls up repeatedly: a run starts an interval after the start of the previous one, or when that
 * has ended, if it takes longer. Confined to the context of its verticle, with which it ends.
 */
public final class RollupJob {
  private static final Duration MIN_PAUSE = Duration.ofMillis(1);

  /** A run takes less than a second, and the longest interval is a minute. */
  private static final Duration MAX_AGE = Duration.ofMinutes(3);

  private static final String PROGRESS = "SELECT rolled_up_at FROM client_rollup";

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Function<Duration, Future<Optional<RollupResult>>> rollup;
  private final Duration interval;
  private final RollupMetrics metrics;
  private final RollupHealth health;

  /**
   * Creates the job; runs nothing.
   *
   * @param rollup rolls up, unless the given time since the previous roll-up has not passed
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
    this.metrics = new RollupMetrics(node);
    this.health = new RollupHealth(node, "fold", "roll-up", MAX_AGE);
  }

  /** Starts the roll-ups, with metrics and a health check of the node. */
  public static void start(Vertx vertx, RollupConfig config, Node node, Database database) {
    var rollup =
        new PostgresRollup(database, node.clocks().wallClock(), EventTopic.on(vertx)::publish);
    var job = new RollupJob(node, vertx, config.interval(), rollup::rollUpIfDue);
    job.health.watch(vertx, database, PROGRESS);
    job.scheduleNext(config.interval());
  }

  RollupHealth health() {
    return health;
  }

  /** Rolls up if it is due, and returns the delay until the next run. Never fails. */
  Future<Duration> run() {
    var startNanos = nanoTime.getAsLong();
    return Future.succeededFuture()
        .compose(started -> rollup.apply(minPause()))
        .onSuccess(result -> recordSuccess(result, elapsedSince(startNanos)))
        .onFailure(health::recordFailure)
        .transform(done -> Future.succeededFuture(delayAfter(elapsedSince(startNanos))));
  }

  /**
   * A tenth less than the interval, so that a run is not skipped because it starts a little earlier
   * than the previous one.
   */
  private Duration minPause() {
    return interval.multipliedBy(9).dividedBy(10);
  }

  private Duration delayAfter(Duration duration) {
    var delay = interval.minus(duration);
    return delay.compareTo(MIN_PAUSE) > 0 ? delay : MIN_PAUSE;
  }

  private void scheduleNext(Duration delay) {
    // A run never fails.
    vertx.setTimer(delay.toMillis(), fired -> run().onSuccess(this::scheduleNext));
  }

  private void recordSuccess(Optional<RollupResult> result, Duration duration) {
    health.recordSuccess();
    result.ifPresent(rolledUp -> metrics.recordSuccess(rolledUp, duration));
  }

  private Duration elapsedSince(long startNanos) {
    return Duration.ofNanos(nanoTime.getAsLong() - startNanos);
  }
}
