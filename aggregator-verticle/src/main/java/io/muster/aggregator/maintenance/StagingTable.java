package io.muster.aggregator.maintenance;

import io.muster.runtime.database.SqlStatement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;

/**
 * The packs of a closed day until they replace its rows: a table that no other session reads. It is
 * filled while late heartbeats may still arrive. The roll-ups of hours, written with every
 * heartbeat, show the clients and hours that have changed meanwhile, which are staged again.
 * Confined to one context.
 */
final class StagingTable {
  /**
   * Maximum number of heartbeats that are staged in one statement; more are staged hour by hour, so
   * that sorting needs little memory.
   */
  private static final long MAX_ROWS_AT_ONCE = 500_000;

  /** Maximum number of client hours that are staged again while writers wait, for about 100 ms. */
  private static final int MAX_MISMATCHES = 500;

  /** Maximum number of client hours that are staged again while no writer waits. */
  private static final int MAX_RESTAGED = 100_000;

  private static final SqlStatement CREATE = load("create-staging.sql");
  private static final SqlStatement STAGE_HOURS = load("stage-hours.sql");
  private static final SqlStatement COMPLETE = load("complete-staging.sql");
  private static final SqlStatement SELECT_MISMATCHES = load("select-mismatches.sql");
  private static final SqlStatement DELETE_STAGED = load("delete-staged.sql");
  private static final SqlStatement RESTAGE_MATCHING = load("restage-matching.sql");
  private static final SqlStatement RESTAGE_ALL = load("restage-all.sql");
  private static final SqlStatement ATTACH = load("attach-staging.sql");
  private static final SqlStatement APPEND = load("append-staging.sql");

  private final SqlConnection connection;
  private final ClosedDay day;

  StagingTable(SqlConnection connection, ClosedDay day) {
    this.connection = connection;
    this.day = day;
  }

  /** Drops the staging tables that remained after a crash. */
  static Future<Void> dropRemaining(SqlConnection connection) {
    return connection
        .query(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^"
                + ClosedDay.STAGING_PREFIX
                + "[0-9]{8}$' AND pg_table_is_visible(oid)")
        .execute()
        .compose(
            tables ->
                TaskSequence.forEach(
                    tables,
                    table ->
                        connection.query("DROP TABLE " + table.getString(0)).execute().mapEmpty()));
  }

  /**
   * Creates the table with all packs of the day that match the roll-ups.
   *
   * @param heartbeats number of heartbeats of the day, approximately
   */
  Future<Void> fill(long heartbeats) {
    return execute(CREATE)
        .compose(created -> stageHours(0, heartbeats <= MAX_ROWS_AT_ONCE ? ClosedDay.HOURS : 1))
        .compose(staged -> execute(COMPLETE));
  }

  /** Stages the clients and hours again that have changed, while other sessions write. */
  Future<Void> update() {
    return findMismatches(MAX_RESTAGED)
        .compose(mismatches -> restage(mismatches, RESTAGE_MATCHING));
  }

  /**
   * Stages all clients and hours again that have changed, while no other session writes; fails with
   * {@link BusyDayException} if there are too many.
   */
  Future<Void> complete() {
    return findMismatches(MAX_MISMATCHES + 1)
        .compose(
            mismatches ->
                mismatches.size() > MAX_MISMATCHES
                    ? Future.failedFuture(new BusyDayException())
                    : restage(mismatches, RESTAGE_ALL));
  }

  Future<Long> countHeartbeats() {
    return connection
        .query("SELECT coalesce(sum(n), 0)::bigint FROM " + day.stagingTable())
        .execute()
        .map(rows -> rows.iterator().next().getLong(0));
  }

  /** Makes the table the packs of the day. */
  Future<Void> attach() {
    return execute(ATTACH);
  }

  /** Moves the packs to the existing packs of the day. */
  Future<Void> append() {
    return execute(APPEND);
  }

  private Future<Void> stageHours(int from, int step) {
    if (from >= ClosedDay.HOURS) {
      return Future.succeededFuture();
    }
    var range = Map.of("from", day.hour(from), "until", day.hour(from + step));
    return execute(STAGE_HOURS.with(range)).compose(staged -> stageHours(from + step, step));
  }

  private Future<List<ClientHour>> findMismatches(int maxRows) {
    return day.apply(SELECT_MISMATCHES)
        .bind("max_rows", maxRows)
        .execute(connection)
        .map(rows -> rows.stream().map(ClientHour::of).toList());
  }

  private Future<Void> restage(List<ClientHour> clientHours, SqlStatement insert) {
    if (clientHours.isEmpty()) {
      return Future.succeededFuture();
    }
    var selection =
        Map.of(
            "client_refs",
            clientHours.stream().map(ClientHour::clientRef).toArray(Integer[]::new),
            "hours",
            clientHours.stream().map(ClientHour::hour).toArray(OffsetDateTime[]::new));
    return day.apply(DELETE_STAGED)
        .bindAll(selection)
        .execute(connection)
        .compose(deleted -> day.apply(insert).bindAll(selection).execute(connection))
        .mapEmpty();
  }

  private Future<Void> execute(SqlStatement statement) {
    return connection.query(day.apply(statement).sql()).execute().mapEmpty();
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(StagingTable.class, file);
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
  static final class BusyDayException extends Exception {
    private static final long serialVersionUID = 1;

    BusyDayException() {
      super("late heartbeats arrive faster than they can be compacted");
    }
  }
}
