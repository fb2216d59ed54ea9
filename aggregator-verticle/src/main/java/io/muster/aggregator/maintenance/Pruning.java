package io.muster.aggregator.maintenance;

import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Drops the data that is older than its retention: whole partitions, and rows of tables without
 * partitions. Readers and writers continue during the pruning.
 */
final class Pruning {
  private static final String EXPIRED_DAYS = "FROM client_day WHERE day < $1";

  /**
   * Accelerators that were last reported before $1, and of which no hour is stored. Those that a
   * client has now are kept: they are the last known state of a host that is off.
   */
  private static final String EXPIRED_DEVICES =
      """
      FROM device d WHERE d.updated_at < $1
        AND NOT EXISTS (SELECT FROM client_state s WHERE s.client_ref = d.client_ref AND d.device_ref = ANY (s.device_refs))
        AND NOT EXISTS (SELECT FROM device_hour h WHERE h.device_ref = d.device_ref)\
      """;

  /** Conditions that ended before $1: no older observation of them can arrive any more. */
  private static final String EXPIRED_CONDITIONS =
      "FROM fleet_condition WHERE NOT open AND changed_at < $1";

  /**
   * Days by which the row of a device may be older than its newest heartbeat: one, and the ten
   * minutes for which an aggregator knows the device.
   */
  private static final int MAX_DEVICE_DELAY_DAYS = 2;

  private final SqlConnection connection;
  private final Retention retention;
  private final Instant now;
  private final List<ExpiredRows> expiredRows;

  /**
   * Creates the pruning at an instant.
   *
   * @param connection not in a transaction
   */
  Pruning(SqlConnection connection, Retention retention, Instant now) {
    this.connection = connection;
    this.retention = retention;
    this.now = now;
    var oldestDay = retention.oldestRetainedRollupDay(now);
    var oldestHourDay = retention.oldestRetainedDay(PartitionedTable.DEVICE_HOUR, now);
    var oldestConditionDay = Retention.utcDay(now).minusDays(Partitions.MAX_LATE_DAYS);
    this.expiredRows =
        List.of(
            new ExpiredRows(
                "fleet_condition",
                EXPIRED_CONDITIONS,
                oldestConditionDay,
                Tuple.of(startOf(oldestConditionDay))),
            new ExpiredRows("client_day", EXPIRED_DAYS, oldestDay, Tuple.of(oldestDay)),
            new ExpiredRows(
                "device",
                EXPIRED_DEVICES,
                oldestHourDay,
                Tuple.of(startOf(oldestHourDay.minusDays(MAX_DEVICE_DELAY_DAYS)))));
  }

  /** Returns the removals that are due; changes nothing. */
  Future<List<Removal>> plan() {
    var removals = new ArrayList<Removal>();
    return Partitions.loadAll(connection)
        .compose(
            partitions -> {
              expired(partitions).forEach(partition -> removals.add(toRemoval(partition)));
              return TaskSequence.forEach(
                  expiredRows,
                  rows ->
                      rows.count(connection)
                          .onSuccess(count -> rows.toRemoval(count).ifPresent(removals::add))
                          .mapEmpty());
            })
        .map(done -> List.copyOf(removals));
  }

  /**
   * Makes the removals that are due, and continues if one fails; the result fails with the first
   * failure.
   *
   * @param onRemoved receives each removal after it is done
   */
  Future<Void> run(Consumer<Removal> onRemoved) {
    return Partitions.completeDetaches(connection)
        .compose(
            partitions -> {
              var tasks = new ArrayList<Supplier<Future<Void>>>();
              expired(partitions).forEach(partition -> tasks.add(() -> drop(partition, onRemoved)));
              expiredRows.forEach(rows -> tasks.add(() -> delete(rows, onRemoved)));
              return TaskSequence.forEach(tasks, Supplier::get);
            });
  }

  /**
   * Returns the partitions that are entirely older than their retention, and those whose detachment
   * has begun; but a raw day that is compacted is removed by the compaction.
   */
  private List<ExistingPartition> expired(List<ExistingPartition> partitions) {
    var compactedDays = Compaction.compactedDays(partitions);
    return partitions.stream()
        .filter(
            partition ->
                partition.isBefore(retention.oldestRetainedDay(partition.parent(), now))
                    || (partition.state() != State.ATTACHED
                        && !(partition.parent() == PartitionedTable.HEARTBEAT
                            && compactedDays.contains(partition.fromDay()))))
        .toList();
  }

  private Future<Void> drop(ExistingPartition partition, Consumer<Removal> onRemoved) {
    return Partitions.drop(connection, partition)
        .onSuccess(dropped -> onRemoved.accept(toRemoval(partition)));
  }

  private Future<Void> delete(ExpiredRows rows, Consumer<Removal> onRemoved) {
    return rows.delete(connection)
        .onSuccess(count -> rows.toRemoval(count).ifPresent(onRemoved))
        .mapEmpty();
  }

  private static OffsetDateTime startOf(LocalDate day) {
    return day.atStartOfDay().atOffset(ZoneOffset.UTC);
  }

  private static Removal toRemoval(ExistingPartition partition) {
    return new Removal(
        partition.name(), partition.toDay(), partition.estimatedRows(), partition.sizeBytes());
  }

  /**
   * The rows of a table without partitions that are older than their retention.
   *
   * @param fromClause selects the rows; $1 is the limit
   * @param until UTC day: all rows are older
   */
  private record ExpiredRows(String table, String fromClause, LocalDate until, Tuple limit) {
    /** Rows deleted in one transaction, in about 50 ms. */
    private static final int BATCH_ROWS = 5_000;

    Future<Long> count(SqlConnection connection) {
      return connection
          .preparedQuery("SELECT count(*) " + fromClause)
          .execute(limit)
          .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Deletes batch by batch, so that no lock is held for long; returns the number of rows. */
    Future<Long> delete(SqlConnection connection) {
      return connection
          .preparedQuery(
              "DELETE FROM %s WHERE ctid IN (SELECT ctid %s LIMIT %d)"
                  .formatted(table, fromClause, BATCH_ROWS))
          .execute(limit)
          .map(RowSet::rowCount)
          .compose(
              rows ->
                  rows < BATCH_ROWS
                      ? Future.succeededFuture((long) rows)
                      : delete(connection).map(others -> rows + others));
    }

    /** Returns the removal; empty if there are no rows. */
    Optional<Removal> toRemoval(long rows) {
      return rows == 0 ? Optional.empty() : Optional.of(new Removal(table, until, rows, 0));
    }
  }
}
