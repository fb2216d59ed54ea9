package io.muster.aggregator.rollup;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Rolls up devices repeatedly: while there is work, part by part, with pauses as long as the parts,
 * so that ingest has at least half of the time; then once a minute. Confined to the context of its
 * verticle, with which it ends.
 */
public final class DeviceRollupJob {
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration MIN_PAUSE = Duration.ofMillis(1);

  /** An hour, the delay of its roll-up, and a quarter of an hour for the roll-up itself. */
  private static final Duration MAX_AGE =
      Duration.ofHours(1).plus(DeviceRollup.DELAY).plus(Duration.ofMinutes(15));

  private static final String PROGRESS = "SELECT hour FROM device_rollup";

  private final Vertx vertx;
  private final LongSupplier nanoTime;
  private final Supplier<Future<OptionalInt>> rollup;
  private final Timer durations;
  private final Counter deviceHours;
  private final RollupHealth health;

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
    deviceHours =
        meters.counter("device.fold.hours", "Hours of devices that were rolled up by this node");
    health = new RollupHealth(node, "device_fold", "roll-up of devices", MAX_AGE);
  }

  /** Starts the roll-ups, with metrics and a health check of the node. */
  public static void start(Vertx vertx, Node node, Database database) {
    var rollup = new DeviceRollup(database, node.clocks().wallClock());
    var job = new DeviceRollupJob(node, vertx, rollup::rollUpNext);
    job.health.watch(vertx, database, PROGRESS);
    job.scheduleNext(INTERVAL);
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
    health.recordSuccess();
    if (hours.isEmpty()) {
      return INTERVAL;
    }
    durations.record(duration);
    deviceHours.increment(hours.getAsInt());
    return duration.compareTo(MIN_PAUSE) > 0 ? duration : MIN_PAUSE;
  }

  private Duration recordFailure(Throwable cause) {
    health.recordFailure(cause);
    return INTERVAL;
  }
}
