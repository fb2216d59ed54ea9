package io.muster.aggregator.rollup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls up devices repeatedly: while there is work, part by part, with pauses as long as the parts,
 * so that ingest has at least half of the time; then once a minute. Confined to the context of its
 * verticle, with which it ends.
 */
public final class DeviceRollupJob {
  private static final Logger log = LoggerFactory.getLogger(DeviceRollupJob.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration MIN_PAUSE = Duration.ofMillis(1);

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Supplier<Future<OptionalInt>> rollup;
  private final Timer durations;
  private final Counter failures;
  private final Counter deviceHours;
  private volatile Optional<String> problem = Optional.empty();

  /**
   * Creates the job; runs nothing.
   *
   * @param rollup rolls up a part, and returns its size; empty if there is no work
   */
  DeviceRollupJob(Node node, Vertx vertx, Supplier<Future<OptionalInt>> rollup) {
    this.vertx = vertx;
    this.nanoTime = node.clocks().nanoTime();
    this.rollup = rollup;
    var meters = new MeterFactory(node.meterRegistry(), "muster.aggregator.");
    durations = meters.timer("device.fold", "Duration of the parts of roll-ups of devices");
    failures = meters.counter("device.fold.failed", "Parts of roll-ups of devices that failed");
    deviceHours =
        meters.counter("device.fold.hours", "Hours of devices that were rolled up by this node");
  }

  /** Starts the roll-ups, with metrics and a health check of the node. */
  public static void start(Vertx vertx, Node node, Database database) {
    var rollup = new DeviceRollup(database, node.clocks().wallClock());
    var job = new DeviceRollupJob(node, vertx, rollup::rollUpNext);
    node.health().add("device_fold", "the last roll-up of devices failed", job::problem);
    job.scheduleNext(INTERVAL);
  }

  /** Returns the reason why the last roll-up failed, or empty. Safe for use by any thread. */
  Optional<String> problem() {
    return problem;
  }

  /** Rolls up a part, and returns the delay until the next. Never fails. */
  Future<Duration> run() {
    var startNanos = nanoTime.getAsLong();
    return Future.succeededFuture()
        .compose(started -> rollup.get())
        .map(hours -> recordSuccess(hours, Duration.ofNanos(nanoTime.getAsLong() - startNanos)))
        .otherwise(this::recordFailure);
  }

  private void scheduleNext(Duration delay) {
    // A run never fails.
    vertx.setTimer(delay.toMillis(), fired -> run().onSuccess(this::scheduleNext));
  }

  private Duration recordSuccess(OptionalInt hours, Duration duration) {
    if (problem.isPresent()) {
      log.info("roll-up of devices recovered");
    }
    problem = Optional.empty();
    if (hours.isEmpty()) {
      return INTERVAL;
    }
    durations.record(duration);
    deviceHours.increment(hours.getAsInt());
    return duration.compareTo(MIN_PAUSE) > 0 ? duration : MIN_PAUSE;
  }

  private Duration recordFailure(Throwable cause) {
    failures.increment();
    var message = String.valueOf(cause.getMessage());
    if (problem.isEmpty()) {
      log.warn("roll-up of devices failed reason={}", message);
    }
    problem = Optional.of(message);
    return INTERVAL;
  }
}
