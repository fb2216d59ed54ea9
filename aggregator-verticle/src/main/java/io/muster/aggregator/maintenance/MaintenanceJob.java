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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the history in its bounds: every hour it packs the days that are closed and drops what is
 * older than it is kept. Of several aggregators one does it at a time. Confined to the context of
 * its verticle.
 */
public final class MaintenanceJob {
  private static final Logger log = LoggerFactory.getLogger(MaintenanceJob.class);
  private static final Duration INITIAL_DELAY = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration RETRY_DELAY = Duration.ofMinutes(5);

  /** Of a run. */
  private static final Duration TIMEOUT = Duration.ofMinutes(50);

  /** Sorting a slice of a day takes memory; a statement of a large day takes its time. */
  private static final String SESSION_SETTINGS =
      "SET work_mem = '64MB'; SET statement_timeout = '10min'";

  private final Vertx vertx;
  private final Database database;
  private final InstantSource clock;
  private final Retention retention;
  private final Optional<Compaction> compaction;
  private final MaintenanceCounters counters = new MaintenanceCounters();
  private volatile Optional<String> problem = Optional.empty();

  MaintenanceJob(Vertx vertx, MaintenanceConfig config, InstantSource clock, Database database) {
    this.vertx = vertx;
    this.database = database;
    this.clock = clock;
    this.retention = config.retention();
    this.compaction = config.compactAfter().map(delay -> new Compaction(vertx, delay, counters));
  }

  /** Begins it, soon; counted, and on the node's health board. */
  public static MaintenanceJob open(
      Vertx vertx, MaintenanceConfig config, Node node, Database database) {
    var job = new MaintenanceJob(vertx, config, node.clocks().wallClock(), database);
    new MaintenanceMetrics(node.meterRegistry(), job.counters).register();
    node.health().add("upkeep", job::problem);
    job.scheduleAfter(INITIAL_DELAY);
    return job;
  }

  /**
   * What {@link #prune} would drop; changes nothing.
   *
   * @param retention for how long history shall be kept
   */
  public static Future<List<Removal>> planPruning(
      Database database, Retention retention, Instant now) {
    return database.withDedicatedConnection(
        TIMEOUT, connection -> new Pruning(connection, retention, now).plan());
  }

  /**
   * Drops now what is older than it is kept, as the job would.
   *
   * @param retention for how long history shall be kept
   * @param onRemoved is told of each piece when it is gone
   * @return whether it was done: not while another is at it
   */
  public static Future<Boolean> prune(
      Database database, Retention retention, Instant now, Consumer<Removal> onRemoved) {
    return runExclusively(
        database, connection -> new Pruning(connection, retention, now).run(onRemoved));
  }

  /**
   * The days that wait to be packed, whether that pays or not.
   *
   * @param partitions all partitions
   * @param compactAfter how long ago a day must have ended
   */
  public static List<LocalDate> uncompactedDays(
      List<ExistingPartition> partitions, Duration compactAfter, Instant now) {
    return Compaction.uncompactedDays(partitions, compactAfter, now);
  }

  /** Does once what there is to do, unless another aggregator is at it. */
  Future<Void> run() {
    counters.countRun();
    var now = clock.instant();
    return runExclusively(database, connection -> compactAndPrune(connection, now))
        .onSuccess(
            done -> {
              if (done) {
                counters.recordFinish(clock.instant());
              } else {
                counters.countSkippedRun();
              }
            })
        .onFailure(cause -> counters.countFailure())
        .compose(done -> database.withConnection(Partitions::loadAll))
        .onSuccess(counters::recordSizes)
        .mapEmpty();
  }

  MaintenanceCounters counters() {
    return counters;
  }

  /** Why the last run failed, or empty. Any thread may ask. */
  Optional<String> problem() {
    return problem;
  }

  /** What cannot be packed must not keep the disk from being freed. */
  private Future<Void> compactAndPrune(SqlConnection connection, Instant now) {
    var tasks = new TaskSequence();
    compaction.ifPresent(job -> tasks.add(() -> job.run(connection, now)));
    tasks.add(() -> new Pruning(connection, retention, now).run(counters::countRemoval));
    return tasks.completion();
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

  /** A run that is told of. */
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

  /** A database that is away is told of by whoever watches it, and keeps nobody from answering. */
  private void recordFailure(Throwable cause) {
    if (!(cause instanceof FleetException failure) || failure.code() != Code.UNAVAILABLE) {
      updateProblem(Optional.of(String.valueOf(cause.getMessage())));
    }
  }

  private void updateProblem(Optional<String> newProblem) {
    if (newProblem.isPresent() && !newProblem.equals(problem)) {
      log.warn("upkeep failed reason={}", newProblem.get());
    } else if (newProblem.isEmpty() && problem.isPresent()) {
      log.info("upkeep works again");
    }
    problem = newProblem;
  }
}
