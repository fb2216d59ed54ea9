package io.muster.aggregator.rollup;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * The roll-up on PostgreSQL: one transaction, which makes all changes or none. Several nodes may
 * run it, one at a time. Safe for use by any context.
 */
public final class PostgresRollup implements Rollup {
  /** A roll-up takes less than a second, except for the first one after a long outage. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * Maximum number of changed past days in one roll-up; the next roll-up continues with the others.
   */
  private static final int MAX_STALE_DAYS = 20_000;

  private final Database database;
  private final InstantSource clock;

  public PostgresRollup(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Rolls up now; empty if another node is doing so. */
  public Future<Optional<RollupResult>> rollUp() {
    return rollUpIfDue(Duration.ZERO);
  }

  @Override
  public Future<Optional<RollupResult>> rollUpIfDue(Duration minPause) {
    return database.withTransaction(
        TIMEOUT,
        transaction ->
            AdvisoryLock.ROLLUPS
                .tryAcquire(transaction)
                .compose(
                    locked ->
                        locked
                            ? rollUpUnderLock(transaction, minPause)
                            : Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<RollupResult>> rollUpUnderLock(
      SqlConnection transaction, Duration minPause) {
    var time = RollupTime.of(clock.instant());
    return transaction
        .query(RollupSql.DISABLE_JIT)
        .execute()
        .compose(set -> loadWork(transaction, time))
        .compose(
            work ->
                work.isDue(time, minPause)
                    ? rollUpWork(transaction, time, work).map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }

  private static Future<RollupWork> loadWork(SqlConnection transaction, RollupTime time) {
    return transaction
        .preparedQuery(RollupSql.SELECT_WORK)
        .execute(Tuple.of(time.midnight(), MAX_STALE_DAYS))
        .map(rows -> RollupWork.of(rows.iterator().next()));
  }

  private static Future<RollupResult> rollUpWork(
      SqlConnection transaction, RollupTime time, RollupWork work) {
    return rollUpPastDays(transaction, time, work)
        .compose(
            past ->
                rollUpToday(transaction, time, work, past)
                    .compose(today -> updateUptimeWindow(transaction, time, work).map(today))
                    .compose(today -> deleteStaleDays(transaction, work).map(today))
                    .map(
                        today ->
                            new RollupResult(
                                today.getInteger("clients"),
                                today.getInteger("days") + past.changedDays(),
                                work.oldestStaleDay())));
  }

  private static Future<DailyRollup> rollUpPastDays(
      SqlConnection transaction, RollupTime time, RollupWork work) {
    if (!work.hasPastDays()) {
      return Future.succeededFuture(DailyRollup.UNCHANGED);
    }
    var parameters =
        Tuple.tuple()
            .addOffsetDateTime(time.midnight())
            .addArrayOfInteger(work.clientRefs())
            .addArrayOfLocalDate(work.days());
    return transaction
        .preparedQuery(RollupSql.ROLL_UP_PAST_DAYS)
        .execute(parameters)
        .map(rows -> DailyRollup.of(rows.iterator().next()));
  }

  private static Future<Row> rollUpToday(
      SqlConnection transaction, RollupTime time, RollupWork work, DailyRollup past) {
    var parameters =
        Tuple.tuple()
            .addOffsetDateTime(time.now())
            .addOffsetDateTime(time.midnight())
            .addOffsetDateTime(time.hourStart())
            .addInteger(time.elapsedSlotMask())
            .addArrayOfInteger(work.clientRefs())
            .addArrayOfInteger(past.newDayClients());
    return transaction
        .preparedQuery(RollupSql.ROLL_UP_TODAY)
        .execute(parameters)
        .map(rows -> rows.iterator().next());
  }

  private static Future<?> updateUptimeWindow(
      SqlConnection transaction, RollupTime time, RollupWork work) {
    return work.hasPastDays()
        ? transaction.preparedQuery(RollupSql.UPDATE_UPTIME_WINDOW).execute(Tuple.of(time.today()))
        : Future.succeededFuture();
  }

  private static Future<?> deleteStaleDays(SqlConnection transaction, RollupWork work) {
    if (work.clientRefs().length == 0) {
      return Future.succeededFuture();
    }
    var parameters =
        Tuple.tuple()
            .addArrayOfInteger(work.clientRefs())
            .addArrayOfLocalDate(work.days())
            .addArrayOfString(work.versions());
    return transaction.preparedQuery(RollupSql.DELETE_STALE_DAYS).execute(parameters);
  }

  /** The work of a roll-up besides today. */
  @SuppressWarnings("ArrayRecordComponent") // Columns of a statement, never compared.
  private record RollupWork(
      Integer[] clientRefs,
      LocalDate[] days,
      String[] versions,
      boolean isDayChanged,
      Optional<OffsetDateTime> rolledUpAt,
      Optional<LocalDate> oldestStaleDay) {
    static RollupWork of(Row row) {
      return new RollupWork(
          Objects.requireNonNullElse(row.getArrayOfIntegers("refs"), new Integer[0]),
          Objects.requireNonNullElse(row.getArrayOfLocalDates("days"), new LocalDate[0]),
          Objects.requireNonNullElse(row.getArrayOfStrings("versions"), new String[0]),
          row.getBoolean("day_changed"),
          Optional.ofNullable(row.getOffsetDateTime("folded_at")),
          Optional.ofNullable(row.getLocalDate("oldest")));
    }

    /**
     * Returns true if no roll-up was made within the pause. One in the future does not count: a
     * clock was set back.
     */
    boolean isDue(RollupTime time, Duration minPause) {
      return rolledUpAt
          .filter(at -> at.isAfter(time.now().minus(minPause)) && !at.isAfter(time.now()))
          .isEmpty();
    }

    boolean hasPastDays() {
      return isDayChanged || clientRefs.length > 0;
    }
  }

  /**
   * The result of rolling up the past days.
   *
   * @param newDayClients clients of days that are new, one entry for each
   * @param changedDays number of days that are new or changed
   */
  @SuppressWarnings("ArrayRecordComponent") // A column of a statement, never compared.
  private record DailyRollup(Integer[] newDayClients, int changedDays) {
    static final DailyRollup UNCHANGED = new DailyRollup(new Integer[0], 0);

    static DailyRollup of(Row row) {
      return new DailyRollup(
          Objects.requireNonNullElse(row.getArrayOfIntegers("fresh"), new Integer[0]),
          row.getInteger("days"));
    }
  }
}
