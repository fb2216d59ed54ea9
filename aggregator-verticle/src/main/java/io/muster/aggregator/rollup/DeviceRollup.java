package io.muster.aggregator.rollup;

import static java.time.ZoneOffset.UTC;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The roll-up of devices on PostgreSQL, of the hours that have ended: part by part, each in a
 * transaction of its own, on one node at a time. Safe for use by any context.
 */
public final class DeviceRollup {
  /**
   * Time from the end of an hour to its roll-up, in which its heartbeats are committed: one that is
   * received after the end makes the hour stale.
   */
  static final Duration DELAY = Duration.ofMinutes(5);

  /** Maximum number of readings of one part, which takes about a second. */
  private static final long MAX_READINGS = 500_000;

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /**
   * JIT compilation is not worthwhile, as in the other roll-up, nor is a cache of arrays that never
   * repeat; the sorts need some memory.
   */
  private static final String SESSION_SETTINGS =
      "SET LOCAL jit = off; SET LOCAL enable_memoize = off; SET LOCAL work_mem = '64MB'";

  private static final SqlStatement SELECT_DUE_CLIENTS = load("select-due-clients.sql");
  private static final SqlStatement SELECT_STALE_HOURS = load("select-stale-hours.sql");
  private static final SqlStatement ROLL_UP_DEVICES = load("roll-up-devices.sql");
  private static final SqlStatement DELETE_STALE_HOURS =
      load("delete-stale-entries.sql")
          .with(Map.of("table", "device_hour_stale", "start", "hour", "type", "timestamptz"));
  private static final String SET_PROGRESS = "UPDATE device_rollup SET hour = $1, client_ref = $2";

  private final Database database;
  private final InstantSource clock;

  public DeviceRollup(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Rolls up the next part, and returns the number of hours of devices in it; empty if nothing is
   * due, or if another node is rolling up.
   */
  public Future<OptionalInt> rollUpNext() {
    return database.withTransaction(
        TIMEOUT,
        transaction ->
            AdvisoryLock.DEVICE_ROLLUPS.ifFree(
                transaction, () -> rollUpUnderLock(transaction), OptionalInt.empty()));
  }

  private Future<OptionalInt> rollUpUnderLock(SqlConnection transaction) {
    var dueUntil = clock.instant().minus(DELAY).truncatedTo(ChronoUnit.HOURS).atOffset(UTC);
    return transaction
        .query(SESSION_SETTINGS)
        .execute()
        .compose(
            set ->
                SELECT_DUE_CLIENTS
                    .bind("due_until", dueUntil)
                    .bind("max_readings", MAX_READINGS)
                    .execute(transaction))
        .compose(
            rows ->
                rows.size() == 0
                    ? rollUpStaleHours(transaction)
                    : rollUpDueClients(transaction, rows.iterator().next()));
  }

  private static Future<OptionalInt> rollUpDueClients(SqlConnection transaction, Row due) {
    var hour = due.getOffsetDateTime("hour");
    var clientRefs = Optional.ofNullable(due.getArrayOfIntegers("refs"));
    if (clientRefs.isEmpty()) {
      return setProgress(transaction, due.getOffsetDateTime("next_hour"), 0).map(OptionalInt.of(0));
    }
    var refs = clientRefs.get();
    var hours = Collections.nCopies(refs.length, hour).toArray(OffsetDateTime[]::new);
    return rollUp(transaction, refs, hours)
        .compose(
            deviceHours ->
                setProgress(transaction, hour, refs[refs.length - 1])
                    .map(OptionalInt.of(deviceHours)));
  }

  private static Future<OptionalInt> rollUpStaleHours(SqlConnection transaction) {
    return SELECT_STALE_HOURS
        .bind("max_readings", MAX_READINGS)
        .execute(transaction)
        .map(rows -> rows.iterator().next())
        .compose(
            stale ->
                stale.getValue("refs") == null
                    ? Future.succeededFuture(OptionalInt.empty())
                    : rollUpStaleHours(transaction, stale));
  }

  private static Future<OptionalInt> rollUpStaleHours(SqlConnection transaction, Row stale) {
    var refs = stale.getArrayOfIntegers("refs");
    var hours = stale.getArrayOfOffsetDateTimes("hours");
    return rollUp(transaction, refs, hours)
        .compose(
            deviceHours ->
                DELETE_STALE_HOURS
                    .bind("client_refs", refs)
                    .bind("starts", hours)
                    .bind("versions", stale.getArrayOfStrings("versions"))
                    .execute(transaction)
                    .map(OptionalInt.of(deviceHours)));
  }

  private static Future<Integer> rollUp(
      SqlConnection transaction, Integer[] clientRefs, OffsetDateTime[] hours) {
    return ROLL_UP_DEVICES
        .bind("client_refs", clientRefs)
        .bind("hours", hours)
        .execute(transaction)
        .map(rows -> rows.iterator().next().getInteger("device_hours"));
  }

  private static Future<?> setProgress(
      SqlConnection transaction, OffsetDateTime hour, int clientRef) {
    return transaction.preparedQuery(SET_PROGRESS).execute(Tuple.of(hour, clientRef));
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(DeviceRollup.class, file);
  }
}
