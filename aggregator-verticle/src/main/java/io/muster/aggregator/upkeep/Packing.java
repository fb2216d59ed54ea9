package io.muster.aggregator.upkeep;

import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Packs closed days when that saves at least half of their bytes, adds the heartbeats that came
 * late when no more can come, and then takes the raw partition away. Confined to one context.
 */
final class Packing {
  /**
   * Heartbeats of a client in an hour, on the average, from which a pack takes half of the bytes:
   * 49 for each with 12 in an hour and 69 with 6, against some 100 for a row (docs/performance.md).
   */
  private static final int PAYING_BEATS = 12;

  /** By how much the clocks of nodes may differ. */
  private static final int CLOCK_DAYS = 1;

  private final Vertx vertx;
  private final Duration packAfter;
  private final UpkeepCounts counts;
  private final Set<LocalDate> notPaying = new HashSet<>();

  Packing(Vertx vertx, Duration packAfter, UpkeepCounts counts) {
    this.vertx = vertx;
    this.packAfter = packAfter;
    this.counts = counts;
  }

  /**
   * Does all that there is to do. A day that fails does not keep the others from being packed; the
   * first failure is that of all.
   *
   * @param connection not in a transaction; whoever has it is the only one to pack
   */
  Future<Void> run(SqlConnection connection, Instant now) {
    return leftovers(connection)
        .compose(tidied -> Partitions.completeDetaches(connection))
        .compose(
            held -> {
              var work = new Sequence();
              var packed = packedDays(held);
              for (var raw : rawDays(held)) {
                work.add(() -> tended(connection, raw, packed.contains(raw.fromDay()), now));
              }
              return work.done();
            });
  }

  /** The days that wait to be packed, whether it pays or not. */
  static List<LocalDate> waiting(List<ExistingPartition> held, Duration packAfter, Instant now) {
    var packed = packedDays(held);
    return rawDays(held).stream()
        .filter(raw -> raw.state() == State.ATTACHED && raw.estimatedRows() > 0)
        .filter(raw -> !packed.contains(raw.fromDay()))
        .filter(raw -> raw.isBefore(Retention.utcDay(now.minus(packAfter))))
        .map(ExistingPartition::fromDay)
        .toList();
  }

  private Future<Void> tended(
      SqlConnection connection, ExistingPartition raw, boolean isPacked, Instant now) {
    if (isPacked) {
      var lastLate = Retention.utcDay(now).minusDays(Partitions.MAX_LATE_DAYS + CLOCK_DAYS);
      return raw.isBefore(lastLate) ? retired(connection, raw) : Future.succeededFuture();
    }
    var isClosed = raw.isBefore(Retention.utcDay(now.minus(packAfter)));
    return isClosed && raw.state() == State.ATTACHED && !notPaying.contains(raw.fromDay())
        ? packedIfItPays(connection, raw.fromDay())
        : Future.succeededFuture();
  }

  private Future<Void> packedIfItPays(SqlConnection connection, LocalDate day) {
    var sql = new PackSql(day);
    return connection
        .query(sql.extent())
        .execute()
        .map(rows -> rows.iterator().next())
        .compose(
            extent -> {
              var beats = extent.getLong(0);
              if (beats < PAYING_BEATS * extent.getLong(1)) {
                notPaying.add(day);
              }
              return beats == 0 || notPaying.contains(day)
                  ? Future.succeededFuture()
                  : packed(connection, day, false);
            });
  }

  private Future<Void> packed(SqlConnection connection, LocalDate day, boolean again) {
    return isEmpty(connection, day)
        .compose(
            empty ->
                empty
                    ? Future.succeededFuture()
                    : new DayPacking(vertx, connection, day, again)
                        .run()
                        .onSuccess(beats -> counts.packed(day, beats))
                        .mapEmpty());
  }

  /** The last late heartbeats are packed, and the partition goes: not one of them is lost. */
  private Future<Void> retired(SqlConnection connection, ExistingPartition raw) {
    var sql = new PackSql(raw.fromDay());
    var packed =
        raw.state() == State.ATTACHED
            ? packed(connection, raw.fromDay(), true)
            : Future.<Void>succeededFuture();
    return packed
        .compose(done -> Partitions.detach(connection, raw))
        .compose(
            alone ->
                AdvisoryLock.COMPACTION.withLock(
                    connection,
                    () ->
                        execute(connection, sql.packRemainder())
                            .compose(kept -> execute(connection, sql.dropRaw()))))
        .onSuccess(dropped -> counts.dropped(raw));
  }

  /** What a crash left of a packing: nobody reads it. */
  private static Future<Void> leftovers(SqlConnection connection) {
    return connection
        .query(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^"
                + PackSql.STAGE_PREFIX
                + "[0-9]{8}$' AND pg_table_is_visible(oid)")
        .execute()
        .compose(
            rows -> {
              var work = new Sequence();
              rows.forEach(
                  row -> work.add(() -> execute(connection, "DROP TABLE " + row.getString(0))));
              return work.done();
            });
  }

  private static Future<Boolean> isEmpty(SqlConnection connection, LocalDate day) {
    return connection
        .query(new PackSql(day).rawIsEmpty())
        .execute()
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static List<ExistingPartition> rawDays(List<ExistingPartition> held) {
    return held.stream().filter(each -> each.parent() == PartitionedTable.HEARTBEAT).toList();
  }

  static Set<LocalDate> packedDays(List<ExistingPartition> held) {
    return held.stream()
        .filter(each -> each.parent() == PartitionedTable.HEARTBEAT_PACK)
        .filter(each -> each.state() == State.ATTACHED)
        .map(ExistingPartition::fromDay)
        .collect(Collectors.toSet());
  }

  private static Future<Void> execute(SqlConnection connection, String sql) {
    return connection.query(sql).execute().mapEmpty();
  }
}
