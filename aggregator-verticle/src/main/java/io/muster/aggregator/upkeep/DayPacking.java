package io.muster.aggregator.upkeep;

import io.muster.runtime.database.schema.AdvisoryLock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Packs one closed UTC day. Its heartbeats are gathered beside the tables that are read, hour by
 * hour, while late ones may still come: the roll-ups of hours, written with every heartbeat, tell
 * of which client and hour some came meanwhile. Then, in one short transaction that keeps writers
 * of late heartbeats out, those are gathered again, and the pack takes the place of the rows.
 * Whoever reads, sees each heartbeat once; a crash changes nothing.
 *
 * <p>A statement that reads both tables must name {@code heartbeat} before {@code heartbeat_pack}:
 * one that waits for the lock of the switch looks for the pack after it.
 */
final class DayPacking {
  /** More are gathered hour by hour, so that sorting needs little memory. */
  private static final long ROWS_AT_ONCE = 500_000;

  /** Clients and hours that may be gathered again while writers wait: some 100 ms. */
  private static final int MAX_DISAGREEMENTS = 500;

  /** While nobody waits, so many. */
  private static final int MAX_RESTAGED = 100_000;

  private static final int HOURS = 24;

  /** Readers and writers wait no longer than this for a lock that waits for others. */
  private static final String LOCK_LIMIT = "SET lock_timeout = '2s'";

  private static final String NO_LOCK_LIMIT = "SET lock_timeout = 0";

  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final int TRIES = 5;
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Vertx vertx;
  private final SqlConnection connection;
  private final PackSql sql;
  private final boolean again;

  /**
   * The packing of a day.
   *
   * @param connection not in a transaction
   * @param again whether the day has a pack already, to which late heartbeats are added
   */
  DayPacking(Vertx vertx, SqlConnection connection, LocalDate day, boolean again) {
    this.vertx = vertx;
    this.connection = connection;
    this.sql = new PackSql(day);
    this.again = again;
  }

  /** Does it and yields how many heartbeats were packed. */
  Future<Long> run() {
    return execute(LOCK_LIMIT)
        .compose(limited -> staged())
        .compose(staged -> switchedSoon(TRIES))
        // The day is packed; the server vacuums what this leaves.
        .compose(
            packed -> execute(sql.vacuumPack()).transform(done -> Future.succeededFuture(packed)))
        .eventually(() -> execute(NO_LOCK_LIMIT));
  }

  /** Fills the stage; what is in it agrees with the roll-ups at some instant. */
  Future<Void> staged() {
    return execute(sql.createStage())
        .compose(created -> single(sql.extent()))
        .compose(extent -> stageHours(extent.getLong(0) <= ROWS_AT_ONCE ? HOURS : 1))
        .compose(filled -> execute(sql.completeStage()));
  }

  /** What came while it was staged is staged, too, and the day switched. */
  private Future<Long> switchedSoon(int tries) {
    return disagreements(MAX_RESTAGED)
        .compose(groups -> restaged(groups, sql.restageAgreed()))
        .compose(agreed -> switched())
        .recover(
            cause ->
                isPassing(cause) && tries > 1
                    ? vertx
                        .timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(passed -> switchedSoon(tries - 1))
                    : Future.failedFuture(cause));
  }

  /** In one transaction, in which nobody else writes heartbeats of closed days. */
  Future<Long> switched() {
    return AdvisoryLock.COMPACTION.withLock(
        connection,
        () ->
            disagreements(MAX_DISAGREEMENTS + 1)
                .compose(
                    groups ->
                        groups.size() > MAX_DISAGREEMENTS
                            ? Future.failedFuture(new BusyDayException())
                            : restaged(groups, sql.restage()))
                .compose(complete -> single(sql.staged()))
                .compose(
                    count ->
                        execute(sql.emptyRaw())
                            .compose(
                                emptied -> execute(again ? sql.appendStage() : sql.attachStage()))
                            .map(count.getLong(0))));
  }

  private Future<Void> stageHours(int step) {
    var done = Future.<Void>succeededFuture();
    for (var hour = 0; hour < HOURS; hour += step) {
      var from = hour;
      done = done.compose(before -> execute(sql.stageHours(from, from + step)));
    }
    return done;
  }

  private Future<List<Group>> disagreements(int limit) {
    return connection
        .preparedQuery(sql.disagreements())
        .execute(Tuple.of(limit))
        .map(
            rows -> {
              var groups = new ArrayList<Group>();
              rows.forEach(row -> groups.add(Group.of(row)));
              return groups;
            });
  }

  private Future<Void> restaged(List<Group> groups, String gather) {
    if (groups.isEmpty()) {
      return Future.succeededFuture();
    }
    var chosen =
        Tuple.tuple()
            .addArrayOfInteger(groups.stream().map(Group::clientRef).toArray(Integer[]::new))
            .addArrayOfOffsetDateTime(
                groups.stream().map(Group::hour).toArray(OffsetDateTime[]::new));
    return connection
        .preparedQuery(sql.unstage())
        .execute(chosen)
        .compose(removed -> connection.preparedQuery(gather).execute(chosen))
        .mapEmpty();
  }

  private static boolean isPassing(Throwable cause) {
    return cause instanceof BusyDayException
        || (cause instanceof PgException failure
            && LOCK_NOT_AVAILABLE.equals(failure.getSqlState()));
  }

  private Future<Void> execute(String statements) {
    return connection.query(statements).execute().mapEmpty();
  }

  private Future<Row> single(String statement) {
    return connection.query(statement).execute().map(rows -> rows.iterator().next());
  }

  /** The heartbeats of one client in one hour. */
  private record Group(int clientRef, OffsetDateTime hour) {
    static Group of(Row row) {
      return new Group(row.getInteger(0), row.getOffsetDateTime(1));
    }
  }

  /** So many late heartbeats come that the day had better be packed later. */
  private static final class BusyDayException extends Exception {
    private static final long serialVersionUID = 1;

    BusyDayException() {
      super("late heartbeats come faster than they can be packed");
    }
  }
}
