package io.muster.aggregator.maintenance;

import io.muster.aggregator.maintenance.StagingTable.BusyDayException;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/**
 * Compacts one closed UTC day. Its heartbeats are staged as packs while late ones may still arrive.
 * Then, in one short transaction that excludes writers of late heartbeats, those that arrived
 * meanwhile are staged, too, and the packs replace the rows. A reader sees each heartbeat once; a
 * crash changes nothing.
 *
 * <p>A statement that reads both tables must name {@code heartbeat} before {@code heartbeat_pack}:
 * if it waits for the lock of the replacement, it then reads the packs.
 */
final class DayCompaction {
  private static final SqlStatement SELECT_EXTENT =
      SqlStatement.load(DayCompaction.class, "day-extent.sql");
  private static final SqlStatement DROP_RAW =
      SqlStatement.load(DayCompaction.class, "drop-raw.sql");

  /** Limits the time that readers and writers wait for a lock that itself waits for others. */
  private static final String SET_LOCK_TIMEOUT = "SET lock_timeout = '2s'";

  private static final String RESET_LOCK_TIMEOUT = "SET lock_timeout = 0";

  private static final Duration RETRY_DELAY = Duration.ofSeconds(3);
  private static final int MAX_ATTEMPTS = 5;
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final Vertx vertx;
  private final SqlConnection connection;
  private final ClosedDay day;
  private final boolean hasPacks;
  private final StagingTable staging;

  /**
   * Creates the compaction of a day.
   *
   * @param connection not in a transaction
   * @param hasPacks true if the day has packs already, to which late heartbeats are added
   */
  DayCompaction(Vertx vertx, SqlConnection connection, LocalDate day, boolean hasPacks) {
    this.vertx = vertx;
    this.connection = connection;
    this.day = new ClosedDay(day);
    this.hasPacks = hasPacks;
    this.staging = new StagingTable(connection, this.day);
  }

  /** Compacts the day, and returns the number of heartbeats. */
  Future<Long> run() {
    return execute(SET_LOCK_TIMEOUT)
        .compose(configured -> fillStaging())
        .compose(staged -> replaceRawWithRetries(MAX_ATTEMPTS))
        // Freezes the packs, whose rows never change again. The day is compacted; if this fails,
        // the server vacuums the table later.
        .compose(
            heartbeats ->
                execute("VACUUM (FREEZE, ANALYZE) " + day.packTable())
                    .transform(done -> Future.succeededFuture(heartbeats)))
        .eventually(() -> execute(RESET_LOCK_TIMEOUT));
  }

  /** Stages the packs of the day, which match the roll-ups at some instant. */
  Future<Void> fillStaging() {
    return loadExtent().compose(extent -> staging.fill(extent.heartbeats()));
  }

  /**
   * Replaces the raw rows in one transaction, in which no other session writes heartbeats of closed
   * days.
   */
  Future<Long> replaceRaw() {
    return AdvisoryLock.COMPACTION.withLock(
        connection,
        () ->
            staging
                .complete()
                .compose(completed -> staging.countHeartbeats())
                .compose(
                    heartbeats ->
                        execute("TRUNCATE " + day.rawTable())
                            .compose(emptied -> hasPacks ? staging.append() : staging.attach())
                            .map(heartbeats)));
  }

  /**
   * Drops the raw partition, which is detached, and compacts the heartbeats that arrived before it
   * was.
   */
  Future<Void> dropRaw() {
    return AdvisoryLock.COMPACTION.withLock(connection, () -> execute(day.apply(DROP_RAW).sql()));
  }

  Future<Boolean> isRawEmpty() {
    return queryRow("SELECT NOT EXISTS (SELECT FROM " + day.rawTable() + ")")
        .map(row -> row.getBoolean(0));
  }

  Future<DayExtent> loadExtent() {
    return queryRow(day.apply(SELECT_EXTENT).sql())
        .map(row -> new DayExtent(row.getLong(0), row.getLong(1)));
  }

  /** Stages the heartbeats that arrived during the staging, and replaces the raw rows. */
  private Future<Long> replaceRawWithRetries(int attemptsLeft) {
    return staging
        .update()
        .compose(updated -> replaceRaw())
        .recover(
            cause ->
                isTransient(cause) && attemptsLeft > 1
                    ? vertx
                        .timer(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS)
                        .compose(passed -> replaceRawWithRetries(attemptsLeft - 1))
                    : Future.failedFuture(cause));
  }

  private static boolean isTransient(Throwable cause) {
    return cause instanceof BusyDayException
        || (cause instanceof PgException failure
            && LOCK_NOT_AVAILABLE.equals(failure.getSqlState()));
  }

  private Future<Void> execute(String sql) {
    return connection.query(sql).execute().mapEmpty();
  }

  private Future<Row> queryRow(String sql) {
    return connection.query(sql).execute().map(rows -> rows.iterator().next());
  }

  /**
   * The amount of data of a day, by its roll-ups.
   *
   * @param clientHours number of hours of all clients
   */
  record DayExtent(long heartbeats, long clientHours) {}
}
