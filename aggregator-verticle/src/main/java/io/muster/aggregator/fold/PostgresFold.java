package io.muster.aggregator.fold;

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
 * The fold on PostgreSQL: one transaction, which either does all of it or nothing. Several nodes
 * may fold; one at a time does. Any context may call.
 */
public final class PostgresFold implements Fold {
  /** A fold takes less than a second, except for the first one after a long outage. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Changed past days that one fold takes on; the others are left for the next. */
  private static final int MAX_STALE = 20_000;

  private final Database database;
  private final InstantSource clock;

  public PostgresFold(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Folds now; without a result when another node is about it. */
  public Future<Optional<Folded>> fold() {
    return foldAfter(Duration.ZERO);
  }

  @Override
  public Future<Optional<Folded>> foldAfter(Duration pause) {
    return database.withTransaction(
        LIMIT,
        transaction ->
            AdvisoryLock.ROLLUPS
                .tryAcquire(transaction)
                .compose(
                    locked ->
                        locked
                            ? begun(transaction, pause)
                            : Future.succeededFuture(Optional.empty())));
  }

  private Future<Optional<Folded>> begun(SqlConnection transaction, Duration pause) {
    var moment = Moment.of(clock.instant());
    return transaction
        .query(FoldSql.SETTINGS)
        .execute()
        .compose(set -> work(transaction, moment))
        .compose(
            work ->
                work.isDue(moment, pause)
                    ? folded(transaction, moment, work).map(Optional::of)
                    : Future.succeededFuture(Optional.empty()));
  }

  private static Future<Work> work(SqlConnection transaction, Moment moment) {
    return transaction
        .preparedQuery(FoldSql.WORK)
        .execute(Tuple.of(moment.midnight(), MAX_STALE))
        .map(rows -> Work.of(rows.iterator().next()));
  }

  private static Future<Folded> folded(SqlConnection transaction, Moment moment, Work work) {
    return past(transaction, moment, work)
        .compose(
            past ->
                today(transaction, moment, work, past)
                    .compose(today -> window(transaction, moment, work).map(today))
                    .compose(today -> forgotten(transaction, work).map(today))
                    .map(
                        today ->
                            new Folded(
                                today.getInteger("clients"),
                                today.getInteger("days") + past.days(),
                                work.oldest())));
  }

  private static Future<Past> past(SqlConnection transaction, Moment moment, Work work) {
    if (!work.ofPastDays()) {
      return Future.succeededFuture(Past.UNCHANGED);
    }
    var parameters =
        Tuple.tuple()
            .addOffsetDateTime(moment.midnight())
            .addArrayOfInteger(work.refs())
            .addArrayOfLocalDate(work.days());
    return transaction
        .preparedQuery(FoldSql.PAST)
        .execute(parameters)
        .map(rows -> Past.of(rows.iterator().next()));
  }

  private static Future<Row> today(SqlConnection transaction, Moment moment, Work work, Past past) {
    var parameters =
        Tuple.tuple()
            .addOffsetDateTime(moment.now())
            .addOffsetDateTime(moment.midnight())
            .addOffsetDateTime(moment.hour())
            .addInteger(moment.slotsOver())
            .addArrayOfInteger(work.refs())
            .addArrayOfInteger(past.fresh());
    return transaction
        .preparedQuery(FoldSql.TODAY)
        .execute(parameters)
        .map(rows -> rows.iterator().next());
  }

  private static Future<?> window(SqlConnection transaction, Moment moment, Work work) {
    return work.ofPastDays()
        ? transaction.preparedQuery(FoldSql.WINDOW).execute(Tuple.of(moment.today()))
        : Future.succeededFuture();
  }

  private static Future<?> forgotten(SqlConnection transaction, Work work) {
    if (work.refs().length == 0) {
      return Future.succeededFuture();
    }
    var parameters =
        Tuple.tuple()
            .addArrayOfInteger(work.refs())
            .addArrayOfLocalDate(work.days())
            .addArrayOfString(work.versions());
    return transaction.preparedQuery(FoldSql.FORGET).execute(parameters);
  }

  /** What there is to do besides today. */
  @SuppressWarnings("ArrayRecordComponent") // Columns of a statement, compared by nobody.
  private record Work(
      Integer[] refs,
      LocalDate[] days,
      String[] versions,
      boolean turned,
      Optional<OffsetDateTime> foldedAt,
      Optional<LocalDate> oldest) {
    static Work of(Row row) {
      return new Work(
          Objects.requireNonNullElse(row.getArrayOfIntegers("refs"), new Integer[0]),
          Objects.requireNonNullElse(row.getArrayOfLocalDates("days"), new LocalDate[0]),
          Objects.requireNonNullElse(row.getArrayOfStrings("versions"), new String[0]),
          row.getBoolean("turned"),
          Optional.ofNullable(row.getOffsetDateTime("folded_at")),
          Optional.ofNullable(row.getLocalDate("oldest")));
    }

    /** A fold of the future is none: a clock was set back. */
    boolean isDue(Moment moment, Duration pause) {
      return foldedAt
          .filter(at -> at.isAfter(moment.now().minus(pause)) && !at.isAfter(moment.now()))
          .isEmpty();
    }

    boolean ofPastDays() {
      return turned || refs.length > 0;
    }
  }

  /**
   * What became of the past days.
   *
   * @param fresh clients of days that are new, one entry for each
   * @param days that changed
   */
  @SuppressWarnings("ArrayRecordComponent") // A column of a statement, compared by nobody.
  private record Past(Integer[] fresh, int days) {
    static final Past UNCHANGED = new Past(new Integer[0], 0);

    static Past of(Row row) {
      return new Past(
          Objects.requireNonNullElse(row.getArrayOfIntegers("fresh"), new Integer[0]),
          row.getInteger("days"));
    }
  }
}
