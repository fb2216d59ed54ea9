package io.muster.aggregator.maintenance;

import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Drops the data that is older than its retention: whole partitions, and rows of tables without
 * partitions. Readers and writers continue during the pruning.
 */
final class Pruning {
  /** Rows deleted in one transaction, in about 50 ms. */
  private static final int BATCH_ROWS = 5_000;

  private static final String EXPIRED_DAYS = "FROM client_day WHERE day < $1";

  /**
   * Accelerators that were last reported before $1, and of which no hour is stored. Those of a
   * client's newest heartbeat are kept: they are the last known state of a host that is off.
   */
  private static final String EXPIRED_DEVICES =
      """
      FROM device d WHERE d.updated_at < $1
        AND NOT EXISTS (SELECT FROM client_state s WHERE s.client_ref = d.client_ref AND s.last_ts = d.updated_at)
        AND NOT EXISTS (SELECT FROM device_hour h WHERE h.device_ref = d.device_ref)\
      """;

  private final SqlConnection connection;
  private final Retention retention;
  private final Instant now;

  /**
   * Creates the pruning at an instant.
   *
   * @param connection not in a transaction
   */
  Pruning(SqlConnection connection, Retention retention, Instant now) {
    this.connection = connection;
    this.retention = retention;
    this.now = now;
  }

  /** Returns the removals that are due; changes nothing. */
  Future<List<Removal>> plan() {
    return Partitions.loadAll(connection)
        .compose(
            partitions -> {
              var removals = new ArrayList<Removal>();
              expired(partitions).forEach(partition -> removals.add(toRemoval(partition)));
              return countRows(EXPIRED_DAYS, dayLimit())
                  .compose(
                      days -> {
                        reportIfAny(
                            removals::add,
                            new Removal(
                                "client_day", retention.oldestRetainedRollupDay(now), days, 0));
                        return countRows(EXPIRED_DEVICES, deviceLimit());
                      })
                  .map(
                      devices -> {
                        reportIfAny(
                            removals::add,
                            new Removal("device", oldestRetainedHourDay(), devices, 0));
                        return List.copyOf(removals);
                      });
            });
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
              var tasks = new TaskSequence();
              for (var partition : expired(partitions)) {
                tasks.add(
                    () ->
                        Partitions.drop(connection, partition)
                            .onSuccess(done -> onRemoved.accept(toRemoval(partition))));
              }
              tasks.add(() -> pruneDays(onRemoved));
              tasks.add(() -> pruneDevices(onRemoved));
              return tasks.completion();
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

  private Future<Void> pruneDays(Consumer<Removal> onRemoved) {
    return deleteInBatches("client_day", EXPIRED_DAYS, dayLimit())
        .onSuccess(
            rows ->
                reportIfAny(
                    onRemoved,
                    new Removal("client_day", retention.oldestRetainedRollupDay(now), rows, 0)))
        .mapEmpty();
  }

  private Future<Void> pruneDevices(Consumer<Removal> onRemoved) {
    return deleteInBatches("device", EXPIRED_DEVICES, deviceLimit())
        .onSuccess(
            rows -> reportIfAny(onRemoved, new Removal("device", oldestRetainedHourDay(), rows, 0)))
        .mapEmpty();
  }

  private static void reportIfAny(Consumer<Removal> onRemoved, Removal removal) {
    if (removal.rows() > 0) {
      onRemoved.accept(removal);
    }
  }

  private Future<Long> deleteInBatches(String table, String condition, Tuple limit) {
    var sql =
        "DELETE FROM %s WHERE ctid IN (SELECT ctid %s LIMIT %d)"
            .formatted(table, condition, BATCH_ROWS);
    return deleteInBatches(sql, limit, 0);
  }

  /** Deletes batch by batch, so that no lock is held for long. */
  private Future<Long> deleteInBatches(String sql, Tuple limit, long deletedRows) {
    return connection
        .preparedQuery(sql)
        .execute(limit)
        .compose(
            batch ->
                batch.rowCount() < BATCH_ROWS
                    ? Future.succeededFuture(deletedRows + batch.rowCount())
                    : deleteInBatches(sql, limit, deletedRows + batch.rowCount()));
  }

  private Future<Long> countRows(String condition, Tuple limit) {
    return connection
        .preparedQuery("SELECT count(*) " + condition)
        .execute(limit)
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Tuple dayLimit() {
    return Tuple.of(retention.oldestRetainedRollupDay(now));
  }

  private Tuple deviceLimit() {
    return Tuple.of(oldestRetainedHourDay().atStartOfDay().atOffset(ZoneOffset.UTC));
  }

  private LocalDate oldestRetainedHourDay() {
    return retention.oldestRetainedDay(PartitionedTable.DEVICE_HOUR, now);
  }

  private static Removal toRemoval(ExistingPartition partition) {
    return new Removal(
        partition.name(), partition.toDay(), partition.estimatedRows(), partition.sizeBytes());
  }
}
