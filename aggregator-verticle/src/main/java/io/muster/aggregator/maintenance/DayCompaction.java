package io.muster.aggregator.maintenance;

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
 * Compacts one closed UTC day. Its heartbeats are copied hour by hour into a staging table while
 * late ones may still arrive: the roll-ups of hours, written with every heartbeat, show the clients
 * and hours that have changed meanwhile. Then, in one short transaction that excludes writers of
 * late heartbeats, those are staged again, and the packs replace the rows. A reader sees each
 * heartbeat once; a crash changes nothing.
 *
 * <p>A statement that reads both tables must name {@code heartbeat} before {@code heartbeat_pack}:
 * if it waits for the lock of the replacement, it then reads the packs.
 */
final class DayCompaction {
  /**
   * Maximum number of heartbeats that are staged in one statement; more are staged hour by hour, so
   * that sorting needs little memory.
   */
  private static final long MAX_ROWS_AT_ONCE = 500_000;

  /** Maximum number of client hours that are staged again while writers wait, for about 100 ms. */
  private static final int MAX_MISMATCHES = 500;

  /** Maximum number of client hours that are staged again while no writer waits. */
  private static final int MAX_RESTAGED = 100_000;

  private static final int HOURS = 24;

  /** Limits the time that readers and writers wait for a lock that itself waits for others. */
  private static final String SET_LOCK_TIMEOUT = "SET lock_timeout = '2s'";

  private static final String RESET_LOCK_TIMEOUT = "SET lock_timeout = 0";

  private static final Duration RETRY_DELAY = Duration.ofSeconds(3);
  private static final int MAX_ATTEMPTS = 5;
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Vertx vertx;
  private final SqlConnection connection;
  private final CompactionSql sql;
  private final boolean hasPack;

  /**
   * Creates the compaction of a day.
   *
   * @param connection not in a transaction
   * @param hasPack true if the day has packs already, to which late heartbeats are added
   */
  DayCompaction(Vertx vertx, SqlConnection connection, LocalDate day, boolean hasPack) {
    this.vertx = vertx;
    this.connection = connection;
    this.sql = new CompactionSql(day);
    this.hasPack = hasPack;
  }

  /** Compacts the day, and returns the number of heartbeats. */
  Future<Long> run() {
    return execute(SET_LOCK_TIMEOUT)
        .compose(configured -> fillStaging())
        .compose(staged -> replaceRawWithRetries(MAX_ATTEMPTS))
        // The day is compacted; if this fails, the server vacuums the table later.
        .compose(
            heartbeats ->
                execute(sql.vacuumPack()).transform(done -> Future.succeededFuture(heartbeats)))
        .eventually(() -> execute(RESET_LOCK_TIMEOUT));
  }

  /** Fills the staging table; its contents match the roll-ups at some instant. */
  Future<Void> fillStaging() {
    return execute(sql.createStaging())
        .compose(created -> queryRow(sql.selectExtent()))
        .compose(extent -> stageAllHours(extent.getLong(0) <= MAX_ROWS_AT_ONCE ? HOURS : 1))
        .compose(filled -> execute(sql.completeStaging()));
  }

  /** Stages the heartbeats that arrived during the staging, and replaces the raw rows. */
  private Future<Long> replaceRawWithRetries(int attemptsLeft) {
    return findMismatches(MAX_RESTAGED)
        .compose(mismatches -> restage(mismatches, sql.restageMatching()))
        .compose(restaged -> replaceRaw())
        .recover(
            cause ->
                isTransient(cause) && attemptsLeft > 1
                    ? vertx
                        .timer(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(passed -> replaceRawWithRetries(attemptsLeft - 1))
                    : Future.failedFuture(cause));
  }

  /**
   * Replaces the raw rows in one transaction, in which no other session writes heartbeats of closed
   * days.
   */
  Future<Long> replaceRaw() {
    return AdvisoryLock.COMPACTION.withLock(
        connection,
        () ->
            findMismatches(MAX_MISMATCHES + 1)
                .compose(
                    mismatches ->
                        mismatches.size() > MAX_MISMATCHES
                            ? Future.failedFuture(new BusyDayException())
                            : restage(mismatches, sql.restage()))
                .compose(restaged -> queryRow(sql.countStaged()))
                .compose(
                    count ->
                        execute(sql.truncateRaw())
                            .compose(
                                emptied ->
                                    execute(hasPack ? sql.appendStaging() : sql.attachStaging()))
                            .map(count.getLong(0))));
  }

  private Future<Void> stageAllHours(int step) {
    var completion = Future.<Void>succeededFuture();
    for (var hour = 0; hour < HOURS; hour += step) {
      var from = hour;
      completion = completion.compose(before -> execute(sql.stageHours(from, from + step)));
    }
    return completion;
  }

  private Future<List<ClientHour>> findMismatches(int limit) {
    return connection
        .preparedQuery(sql.selectMismatches())
        .execute(Tuple.of(limit))
        .map(
            rows -> {
              var mismatches = new ArrayList<ClientHour>();
              rows.forEach(row -> mismatches.add(ClientHour.of(row)));
              return mismatches;
            });
  }

  private Future<Void> restage(List<ClientHour> clientHours, String insertStatement) {
    if (clientHours.isEmpty()) {
      return Future.succeededFuture();
    }
    var parameters =
        Tuple.tuple()
            .addArrayOfInteger(
                clientHours.stream().map(ClientHour::clientRef).toArray(Integer[]::new))
            .addArrayOfOffsetDateTime(
                clientHours.stream().map(ClientHour::hour).toArray(OffsetDateTime[]::new));
    return connection
        .preparedQuery(sql.deleteStaged())
        .execute(parameters)
        .compose(removed -> connection.preparedQuery(insertStatement).execute(parameters))
        .mapEmpty();
  }

  private static boolean isTransient(Throwable cause) {
    return cause instanceof BusyDayException
        || (cause instanceof PgException failure
            && LOCK_NOT_AVAILABLE.equals(failure.getSqlState()));
  }

  private Future<Void> execute(String statements) {
    return connection.query(statements).execute().mapEmpty();
  }

  private Future<Row> queryRow(String statement) {
    return connection.query(statement).execute().map(rows -> rows.iterator().next());
  }

  /** One client and hour. */
  private record ClientHour(int clientRef, OffsetDateTime hour) {
    static ClientHour of(Row row) {
      return new ClientHour(row.getInteger(0), row.getOffsetDateTime(1));
    }
  }

  /**
   * The failure of a compaction during which too many late heartbeats arrive; the compaction is
   * retried.
   */
  private static final class BusyDayException extends Exception {
    private static final long serialVersionUID = 1;

    BusyDayException() {
      super("late heartbeats arrive faster than they can be compacted");
    }
  }
}
