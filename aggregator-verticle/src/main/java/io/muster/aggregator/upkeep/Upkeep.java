package io.muster.aggregator.upkeep;

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
public final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration FIRST = Duration.ofSeconds(30);
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(5);

  /** Of a run. */
  private static final Duration LIMIT = Duration.ofMinutes(50);

  /** Sorting a slice of a day takes memory; a statement of a large day takes its time. */
  private static final String SETTINGS = "SET work_mem = '64MB'; SET statement_timeout = '10min'";

  private final Vertx vertx;
  private final Database database;
  private final InstantSource clock;
  private final Retention retention;
  private final Optional<Packing> packing;
  private final UpkeepCounts counts = new UpkeepCounts();
  private volatile Optional<String> trouble = Optional.empty();

  Upkeep(Vertx vertx, UpkeepConfig config, InstantSource clock, Database database) {
    this.vertx = vertx;
    this.database = database;
    this.clock = clock;
    this.retention = config.retention();
    this.packing = config.packAfter().map(after -> new Packing(vertx, after, counts));
  }

  /** Begins it, soon; counted, and on the node's health board. */
  public static Upkeep open(Vertx vertx, UpkeepConfig config, Node node, Database database) {
    var upkeep = new Upkeep(vertx, config, node.clocks().wallClock(), database);
    new UpkeepMeters(node.meterRegistry(), upkeep.counts).bind();
    node.health().add("upkeep", upkeep::trouble);
    upkeep.after(FIRST);
    return upkeep;
  }

  /**
   * What {@link #prune} would drop; changes nothing.
   *
   * @param retention for how long history shall be kept
   */
  public static Future<List<Removal>> plan(Database database, Retention retention, Instant now) {
    return database.withDedicatedConnection(
        LIMIT, sql -> new Pruning(sql, retention, now).planned());
  }

  /**
   * Drops now what is older than it is kept, as the job would.
   *
   * @param retention for how long history shall be kept
   * @param gone is told of each piece when it is gone
   * @return whether it was done: not while another is at it
   */
  public static Future<Boolean> prune(
      Database database, Retention retention, Instant now, Consumer<Removal> gone) {
    return alone(database, sql -> new Pruning(sql, retention, now).carriedOut(gone));
  }

  /**
   * The days that wait to be packed, whether that pays or not.
   *
   * @param held all partitions
   * @param packAfter how long ago a day must have ended
   */
  public static List<LocalDate> unpackedDays(
      List<ExistingPartition> held, Duration packAfter, Instant now) {
    return Packing.waiting(held, packAfter, now);
  }

  /** Does once what there is to do, unless another aggregator is at it. */
  Future<Void> run() {
    counts.began();
    var now = clock.instant();
    return alone(database, sql -> tended(sql, now))
        .onSuccess(
            done -> {
              if (done) {
                counts.finished(clock.instant());
              } else {
                counts.leftToOthers();
              }
            })
        .onFailure(cause -> counts.failed())
        .compose(done -> database.withConnection(Partitions::loadAll))
        .onSuccess(counts::measured)
        .mapEmpty();
  }

  UpkeepCounts counts() {
    return counts;
  }

  /** Why the last run failed, or empty. Any thread may ask. */
  Optional<String> trouble() {
    return trouble;
  }

  /** What cannot be packed must not keep the disk from being freed. */
  private Future<Void> tended(SqlConnection sql, Instant now) {
    var work = new Sequence();
    packing.ifPresent(each -> work.add(() -> each.run(sql, now)));
    work.add(() -> new Pruning(sql, retention, now).carriedOut(counts::removed));
    return work.done();
  }

  private static Future<Boolean> alone(
      Database database, Function<SqlConnection, Future<Void>> work) {
    return database.withDedicatedConnection(
        LIMIT,
        sql ->
            sql.query(SETTINGS)
                .execute()
                .compose(set -> AdvisoryLock.MAINTENANCE.tryAcquireForSession(sql))
                .compose(free -> free ? work.apply(sql).map(free) : Future.succeededFuture(free)));
  }

  /** A run that is told of. */
  Future<Void> turn() {
    return run().onSuccess(done -> note(Optional.empty())).onFailure(this::failed);
  }

  private void after(Duration delay) {
    vertx.setTimer(
        delay.toMillis(),
        fired -> turn().onComplete(done -> after(done.succeeded() ? PERIOD : AFTER_A_FAILURE)));
  }

  /** A database that is away is told of by whoever watches it, and keeps nobody from answering. */
  private void failed(Throwable cause) {
    if (!(cause instanceof FleetException away) || away.code() != Code.UNAVAILABLE) {
      note(Optional.of(String.valueOf(cause.getMessage())));
    }
  }

  private void note(Optional<String> now) {
    if (now.isPresent() && !now.equals(trouble)) {
      log.warn("upkeep failed reason={}", now.get());
    } else if (now.isEmpty() && trouble.isPresent()) {
      log.info("upkeep works again");
    }
    trouble = now;
  }
}
