package io.muster.aggregator.maintenance;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.Partitions;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the size of the history: half a minute after the start, then every hour, or 5 minutes
 * after a failure, it compacts the days that are closed and drops the data that is older than its
 * retention. Only one aggregator runs it at a time. Confined to the context of its verticle.
 */
public final class MaintenanceJob {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceJob.class);
  private static final Duration INITIAL_DELAY = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration RETRY_DELAY = Duration.ofMinutes(5);

  /** Maximum duration of a run. */
  private static final Duration TIMEOUT = Duration.ofMinutes(50);

  /** Sorting a part of a day takes memory, and a statement on a large day takes time. */
  private static final String SESSION_SETTINGS =
      "SET work_mem = '64MB'; SET statement_timeout = '10min'";

  private final Vertx vertx;
  private final Database database;
  private final InstantSource clock;
  private final Retention retention;
  private final Optional<Compaction> compaction;
  private final MaintenanceMetrics metrics;
  private volatile Optional<String> problem = Optional.empty();

  MaintenanceJob(
      Vertx vertx,
      MaintenanceConfig config,
      InstantSource clock,
      Database database,
      MaintenanceMetrics metrics) {
    this.vertx = vertx;
    this.database = database;
    this.clock = clock;
    this.metrics = metrics;
    this.retention = config.retention();
    this.compaction = config.compactAfter().map(delay -> new Compaction(vertx, delay, metrics));
  }

  /** Starts the job, with metrics and a health check of the node. */
  public static MaintenanceJob open(
      Vertx vertx, MaintenanceConfig config, Node node, Database database) {
    var metrics = new MaintenanceMetrics(node.meterRegistry());
    var job = new MaintenanceJob(vertx, config, node.clocks().wallClock(), database, metrics);
    node.health().add("upkeep", "the last maintenance failed", job::problem);
    job.scheduleAfter(INITIAL_DELAY);
    return job;
  }

  /**
   * Returns the removals that {@link #prune} would make; changes nothing.
   *
   * @param retention retention to apply
   */
  public static Future<List<Removal>> planPruning(
      Database database, Retention retention, Instant now) {
    return database.withDedicatedConnection(
        TIMEOUT, connection -> new Pruning(connection, retention, now).plan());
  }

  /**
   * Drops the data that is older than its retention immediately, as the job would.
   *
   * @param retention retention to apply
   * @param onRemoved receives each removal after it is done
   * @return true if it was done; false if another node is running the maintenance
   */
  public static Future<Boolean> prune(
      Database database, Retention retention, Instant now, Consumer<Removal> onRemoved) {
    return runExclusively(
        database, connection -> new Pruning(connection, retention, now).run(onRemoved));
  }

  /**
   * Returns the closed days that are not compacted, including those for which compaction is not
   * worthwhile.
   *
   * @param partitions all partitions
   * @param compactAfter time since the end of a day after which it is compacted
   */
  public static List<LocalDate> uncompactedDays(
      List<ExistingPartition> partitions, Duration compactAfter, Instant now) {
    return Compaction.uncompactedDays(partitions, compactAfter, now);
  }

  /** Runs the maintenance once, unless another aggregator is running it. */
  Future<Void> run() {
    metrics.runs.increment();
    var now = clock.instant();
    return runExclusively(database, connection -> compactAndPrune(connection, now))
        .onSuccess(
            done -> {
              if (done) {
                metrics.recordFinish(clock.instant());
              } else {
                metrics.skippedRuns.increment();
              }
            })
        .onFailure(cause -> metrics.failedRuns.increment())
        .compose(done -> database.withConnection(Partitions::loadAll))
        .onSuccess(metrics::recordSizes)
        .mapEmpty();
  }

  MaintenanceMetrics metrics() {
    return metrics;
  }

  /** Returns the reason why the last run failed, or empty. Safe for use by any thread. */
  Optional<String> problem() {
    return problem;
  }

  /** Prunes even if the compaction fails, so that the disk does not fill. */
  private Future<Void> compactAndPrune(SqlConnection connection, Instant now) {
    var tasks = new ArrayList<Supplier<Future<Void>>>();
    compaction.ifPresent(enabled -> tasks.add(() -> enabled.run(connection, now)));
    tasks.add(() -> new Pruning(connection, retention, now).run(this::recordRemoval));
    return TaskSequence.forEach(tasks, Supplier::get);
  }

  private void recordRemoval(Removal removal) {
    if (removal.bytes() > 0) {
      metrics.droppedPartitions.increment();
    } else {
      metrics.deletedRows.increment((double) removal.rows());
    }
    log.info(
        "history pruned table={} until={} rows={} bytes={}",
        removal.table(),
        removal.until(),
        removal.rows(),
        removal.bytes());
  }

  private static Future<Boolean> runExclusively(
      Database database, Function<SqlConnection, Future<Void>> work) {
    return database.withDedicatedConnection(
        TIMEOUT,
        connection ->
            connection
                .query(SESSION_SETTINGS)
                .execute()
                .compose(set -> AdvisoryLock.MAINTENANCE.tryAcquireForSession(connection))
                .compose(
                    acquired ->
                        acquired
                            ? work.apply(connection).map(acquired)
                            : Future.succeededFuture(acquired)));
  }

  /** Runs the maintenance and reports the result. */
  Future<Void> runAndReport() {
    return run().onSuccess(done -> updateProblem(Optional.empty())).onFailure(this::recordFailure);
  }

  private void scheduleAfter(Duration delay) {
    vertx.setTimer(
        delay.toMillis(),
        fired ->
            runAndReport()
                .onComplete(done -> scheduleAfter(done.succeeded() ? INTERVAL : RETRY_DELAY)));
  }

  /**
   * Records a failure. An unavailable database is reported elsewhere, and is no problem of the
   * maintenance.
   */
  private void recordFailure(Throwable cause) {
    if (!(cause instanceof FleetException failure) || failure.code() != Code.UNAVAILABLE) {
      updateProblem(Optional.of(String.valueOf(cause.getMessage())));
    }
  }

  private void updateProblem(Optional<String> newProblem) {
    if (newProblem.isPresent() && !newProblem.equals(problem)) {
      log.warn("maintenance failed reason={}", newProblem.get());
    } else if (newProblem.isEmpty() && problem.isPresent()) {
      log.info("maintenance recovered");
    }
    problem = newProblem;
  }
}
