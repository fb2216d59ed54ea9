package io.muster.aggregator.maintenance;

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
 * Compacts closed days if that saves at least half of their bytes, adds the late heartbeats when no
 * more can arrive, and then drops the raw partition. Confined to one context.
 */
final class Compaction {
  /**
   * Minimum average number of heartbeats of a client in an hour for which packs need at most half
   * of the bytes: 49 bytes for each heartbeat with 12 in an hour, 69 with 6, compared with about
   * 100 for a row (docs/performance.md).
   */
  private static final int MIN_HEARTBEATS_PER_HOUR = 12;

  /** Maximum difference between the clocks of nodes, days. */
  private static final int CLOCK_SKEW_DAYS = 1;

  private final Vertx vertx;
  private final Duration compactAfter;
  private final MaintenanceCounters counters;
  private final Set<LocalDate> skippedDays = new HashSet<>();

  Compaction(Vertx vertx, Duration compactAfter, MaintenanceCounters counters) {
    this.vertx = vertx;
    this.compactAfter = compactAfter;
    this.counters = counters;
  }

  /**
   * Compacts all days that are due. A day that fails does not stop the others; the result fails
   * with the first failure.
   *
   * @param connection not in a transaction; its owner holds the maintenance lock, so that no other
   *     node compacts
   */
  Future<Void> run(SqlConnection connection, Instant now) {
    return dropStagingTables(connection)
        .compose(cleaned -> Partitions.completeDetaches(connection))
        .compose(
            partitions -> {
              var tasks = new TaskSequence();
              var compactedDays = compactedDays(partitions);
              for (var raw : rawPartitions(partitions)) {
                tasks.add(
                    () ->
                        compactOrDropRaw(
                            connection, raw, compactedDays.contains(raw.fromDay()), now));
              }
              return tasks.completion();
            });
  }

  /**
   * Returns the closed days that are not compacted, including those for which compaction is not
   * worthwhile.
   */
  static List<LocalDate> uncompactedDays(
      List<ExistingPartition> partitions, Duration compactAfter, Instant now) {
    var compactedDays = compactedDays(partitions);
    return rawPartitions(partitions).stream()
        .filter(raw -> raw.state() == State.ATTACHED && raw.estimatedRows() > 0)
        .filter(raw -> !compactedDays.contains(raw.fromDay()))
        .filter(raw -> raw.isBefore(Retention.utcDay(now.minus(compactAfter))))
        .map(ExistingPartition::fromDay)
        .toList();
  }

  private Future<Void> compactOrDropRaw(
      SqlConnection connection, ExistingPartition raw, boolean isCompacted, Instant now) {
    if (isCompacted) {
      var lateLimitDay =
          Retention.utcDay(now).minusDays(Partitions.MAX_LATE_DAYS + CLOCK_SKEW_DAYS);
      return raw.isBefore(lateLimitDay)
          ? compactAndDropRaw(connection, raw)
          : Future.succeededFuture();
    }
    var isClosed = raw.isBefore(Retention.utcDay(now.minus(compactAfter)));
    return isClosed && raw.state() == State.ATTACHED && !skippedDays.contains(raw.fromDay())
        ? compactIfWorthwhile(connection, raw.fromDay())
        : Future.succeededFuture();
  }

  private Future<Void> compactIfWorthwhile(SqlConnection connection, LocalDate day) {
    var sql = new CompactionSql(day);
    return connection
        .query(sql.selectExtent())
        .execute()
        .map(rows -> rows.iterator().next())
        .compose(
            extent -> {
              var heartbeats = extent.getLong(0);
              if (heartbeats < MIN_HEARTBEATS_PER_HOUR * extent.getLong(1)) {
                skippedDays.add(day);
              }
              return heartbeats == 0 || skippedDays.contains(day)
                  ? Future.succeededFuture()
                  : compact(connection, day, false);
            });
  }

  private Future<Void> compact(SqlConnection connection, LocalDate day, boolean hasPack) {
    return isRawEmpty(connection, day)
        .compose(
            empty ->
                empty
                    ? Future.succeededFuture()
                    : new DayCompaction(vertx, connection, day, hasPack)
                        .run()
                        .onSuccess(heartbeats -> counters.countCompaction(day, heartbeats))
                        .mapEmpty());
  }

  /** Compacts the last late heartbeats and drops the partition; no heartbeat is lost. */
  private Future<Void> compactAndDropRaw(SqlConnection connection, ExistingPartition raw) {
    var sql = new CompactionSql(raw.fromDay());
    var compacted =
        raw.state() == State.ATTACHED
            ? compact(connection, raw.fromDay(), true)
            : Future.<Void>succeededFuture();
    return compacted
        .compose(done -> Partitions.detach(connection, raw))
        .compose(
            detached ->
                AdvisoryLock.COMPACTION.withLock(
                    connection,
                    () ->
                        execute(connection, sql.appendRemainder())
                            .compose(appended -> execute(connection, sql.dropRaw()))))
        .onSuccess(dropped -> counters.countDroppedPartition(raw));
  }

  /** Drops the staging tables that remained after a crash; no statement reads them. */
  private static Future<Void> dropStagingTables(SqlConnection connection) {
    return connection
        .query(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^"
                + CompactionSql.STAGING_PREFIX
                + "[0-9]{8}$' AND pg_table_is_visible(oid)")
        .execute()
        .compose(
            rows -> {
              var tasks = new TaskSequence();
              rows.forEach(
                  row -> tasks.add(() -> execute(connection, "DROP TABLE " + row.getString(0))));
              return tasks.completion();
            });
  }

  private static Future<Boolean> isRawEmpty(SqlConnection connection, LocalDate day) {
    return connection
        .query(new CompactionSql(day).checkRawIsEmpty())
        .execute()
        .map(rows -> rows.iterator().next().getBoolean(0));
  }

  private static List<ExistingPartition> rawPartitions(List<ExistingPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.parent() == PartitionedTable.HEARTBEAT)
        .toList();
  }

  static Set<LocalDate> compactedDays(List<ExistingPartition> partitions) {
    return partitions.stream()
        .filter(partition -> partition.parent() == PartitionedTable.HEARTBEAT_PACK)
        .filter(partition -> partition.state() == State.ATTACHED)
        .map(ExistingPartition::fromDay)
        .collect(Collectors.toSet());
  }

  private static Future<Void> execute(SqlConnection connection, String sql) {
    return connection.query(sql).execute().mapEmpty();
  }
}
