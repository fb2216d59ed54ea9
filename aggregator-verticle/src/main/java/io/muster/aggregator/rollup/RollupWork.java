package io.muster.aggregator.rollup;

import io.muster.runtime.database.SqlStatement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * The work of a roll-up besides today.
 *
 * @param clientRefs clients of the past days with changed hours
 * @param days those days
 * @param versions versions of their entries
 * @param isDayChanged true if the day has changed since the last roll-up of any client
 * @param rolledUpAt time of the last roll-up
 * @param oldestStaleDay oldest of the past days with changed hours
 */
@SuppressWarnings("ArrayRecordComponent") // Columns of a statement, never compared.
record RollupWork(
    Integer[] clientRefs,
    LocalDate[] days,
    String[] versions,
    boolean isDayChanged,
    OffsetDateTime rolledUpAt,
    Optional<LocalDate> oldestStaleDay) {
  /**
   * Maximum number of changed past days in one roll-up; the next roll-up continues with the others.
   */
  private static final int MAX_STALE_DAYS = 20_000;

  private static final SqlStatement SELECT_WORK =
      SqlStatement.load(RollupWork.class, "select-work.sql");

  static Future<RollupWork> load(SqlConnection transaction, RollupTime time) {
    return SELECT_WORK
        .bind("midnight", time.midnight())
        .bind("max_days", MAX_STALE_DAYS)
        .execute(transaction)
        .map(rows -> of(rows.iterator().next()));
  }

  private static RollupWork of(Row row) {
    return new RollupWork(
        Objects.requireNonNullElse(row.getArrayOfIntegers("refs"), new Integer[0]),
        Objects.requireNonNullElse(row.getArrayOfLocalDates("days"), new LocalDate[0]),
        Objects.requireNonNullElse(row.getArrayOfStrings("versions"), new String[0]),
        row.getBoolean("day_changed"),
        row.getOffsetDateTime("rolled_up_at"),
        Optional.ofNullable(row.getLocalDate("oldest")));
  }

  /**
   * Returns true if no roll-up was made within the pause. One in the future does not count: a clock
   * was set back.
   */
  boolean isDue(RollupTime time, Duration minPause) {
    return !rolledUpAt.isAfter(time.now().minus(minPause)) || rolledUpAt.isAfter(time.now());
  }

  boolean hasStaleDays() {
    return clientRefs.length > 0;
  }

  boolean hasPastDays() {
    return isDayChanged || hasStaleDays();
  }
}
