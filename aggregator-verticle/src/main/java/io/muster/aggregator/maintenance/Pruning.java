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
 * Drops what is older than it is kept: whole partitions, and rows where there are none. Readers and
 * writers go on meanwhile.
 */
final class Pruning {
  /** Rows deleted in one transaction: some 50 ms. */
  private static final int BATCH_ROWS = 5_000;

  private static final String EXPIRED_DAYS = "FROM client_day WHERE day < $1";

  /**
   * Accelerators that nobody told of for so long, and of which no hour is kept. Those of a client's
   * newest heartbeat stay: they are what is known of a host that is off.
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
   * What is to go by a clock.
   *
   * @param connection not in a transaction
   */
  Pruning(SqlConnection connection, Retention retention, Instant now) {
    this.connection = connection;
    this.retention = retention;
    this.now = now;
  }

  /** What would go now; changes nothing. */
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
                            new Removal("client_day", retention.oldestKeptRollupDay(now), days, 0));
                        return countRows(EXPIRED_DEVICES, deviceLimit());
                      })
                  .map(
                      devices -> {
                        reportIfAny(
                            removals::add, new Removal("device", oldestKeptHourDay(), devices, 0));
                        return List.copyOf(removals);
                      });
            });
  }

  /**
   * Lets it go, and goes on when something fails; the first failure is that of all.
   *
   * @param onRemoved is told of each when it is gone
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
   * Those of which nothing is kept, and those whose end was begun before; but a raw day that is
   * packed comes to its end by packing.
   */
  private List<ExistingPartition> expired(List<ExistingPartition> partitions) {
    var compactedDays = Compaction.compactedDays(partitions);
    return partitions.stream()
        .filter(
            partition ->
                partition.isBefore(retention.oldestKeptDay(partition.parent(), now))
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
                    new Removal("client_day", retention.oldestKeptRollupDay(now), rows, 0)))
        .mapEmpty();
  }

  private Future<Void> pruneDevices(Consumer<Removal> onRemoved) {
    return deleteInBatches("device", EXPIRED_DEVICES, deviceLimit())
        .onSuccess(
            rows -> reportIfAny(onRemoved, new Removal("device", oldestKeptHourDay(), rows, 0)))
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

  /** Batch by batch, so that no lock is held for long. */
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
    return Tuple.of(retention.oldestKeptRollupDay(now));
  }

  private Tuple deviceLimit() {
    return Tuple.of(oldestKeptHourDay().atStartOfDay().atOffset(ZoneOffset.UTC));
  }

  private LocalDate oldestKeptHourDay() {
    return retention.oldestKeptDay(PartitionedTable.DEVICE_HOUR, now);
  }

  private static Removal toRemoval(ExistingPartition partition) {
    return new Removal(
        partition.name(), partition.toDay(), partition.estimatedRows(), partition.sizeBytes());
  }
}
