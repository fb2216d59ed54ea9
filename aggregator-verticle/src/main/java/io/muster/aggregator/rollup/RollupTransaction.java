package io.muster.aggregator.rollup;

import io.muster.aggregator.warning.PostgresWarnings;
import io.muster.runtime.database.SqlStatement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Objects;

/** The statements of one roll-up, in the order of their execution. */
record RollupTransaction(SqlConnection transaction, RollupTime time, RollupWork work) {
  private static final SqlStatement ROLL_UP_PAST_DAYS = load("roll-up-past-days.sql");
  private static final SqlStatement ROLL_UP_TODAY =
      load("roll-up-today.sql").with(PostgresWarnings.conditionTexts());
  private static final SqlStatement UPDATE_UPTIME_WINDOW = load("update-uptime-window.sql");
  private static final SqlStatement DELETE_OLD_WARNINGS = load("delete-old-warnings.sql");
  private static final SqlStatement DELETE_STALE_DAYS =
      load("delete-stale-entries.sql")
          .with(Map.of("table", "client_day_stale", "start", "day", "type", "date"));
  private static final String SET_PROGRESS = "UPDATE client_rollup SET rolled_up_at = $1";

  Future<RollupResult> run() {
    return rollUpPastDays()
        .compose(
            past ->
                rollUpToday(past)
                    .compose(today -> updateUptimeWindow().map(today))
                    .compose(today -> deleteOldWarnings().map(today))
                    .compose(today -> deleteStaleDays().map(today))
                    .compose(today -> setProgress().map(today))
                    .map(
                        today ->
                            new RollupResult(
                                today.getInteger("clients"),
                                today.getInteger("days") + past.changedDays(),
                                work.oldestStaleDay())));
  }

  private Future<PastRollup> rollUpPastDays() {
    if (!work.hasPastDays()) {
      return Future.succeededFuture(PastRollup.UNCHANGED);
    }
    return ROLL_UP_PAST_DAYS
        .bind("midnight", time.midnight())
        .bind("client_refs", work.clientRefs())
        .bind("days", work.days())
        .execute(transaction)
        .map(rows -> PastRollup.of(rows.iterator().next()));
  }

  private Future<Row> rollUpToday(PastRollup past) {
    return ROLL_UP_TODAY
        .bind("now", time.now())
        .bind("midnight", time.midnight())
        .bind("hour_start", time.hourStart())
        .bind("elapsed_slots", time.elapsedSlotMask())
        .bind("client_refs", work.clientRefs())
        .bind("new_day_clients", past.newDayClients())
        .execute(transaction)
        .map(rows -> rows.iterator().next());
  }

  private Future<?> updateUptimeWindow() {
    return work.hasPastDays()
        ? UPDATE_UPTIME_WINDOW.bind("today", time.today()).execute(transaction)
        : Future.succeededFuture();
  }

  private Future<?> deleteOldWarnings() {
    return work.isDayChanged()
        ? transaction.query(DELETE_OLD_WARNINGS.sql()).execute()
        : Future.succeededFuture();
  }

  private Future<?> deleteStaleDays() {
    return work.hasStaleDays()
        ? DELETE_STALE_DAYS
            .bind("client_refs", work.clientRefs())
            .bind("starts", work.days())
            .bind("versions", work.versions())
            .execute(transaction)
        : Future.succeededFuture();
  }

  private Future<?> setProgress() {
    return transaction.preparedQuery(SET_PROGRESS).execute(Tuple.of(time.now()));
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(RollupTransaction.class, file);
  }

  /**
   * The result of rolling up the past days.
   *
   * @param newDayClients clients of days that are new, one entry for each
   * @param changedDays number of days that are new or changed
   */
  @SuppressWarnings("ArrayRecordComponent") // A column of a statement, never compared.
  private record PastRollup(Integer[] newDayClients, int changedDays) {
    static final PastRollup UNCHANGED = new PastRollup(new Integer[0], 0);

    static PastRollup of(Row row) {
      return new PastRollup(
          Objects.requireNonNullElse(row.getArrayOfIntegers("new_day_clients"), new Integer[0]),
          row.getInteger("days"));
    }
  }
}
