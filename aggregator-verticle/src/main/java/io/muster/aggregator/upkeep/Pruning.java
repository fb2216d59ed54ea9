package io.muster.aggregator.upkeep;

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
  private static final int BATCH = 5_000;

  private static final String OLD_DAYS = "FROM client_day WHERE day < $1";

  /**
   * Accelerators that nobody told of for so long, and of which no hour is kept. Those of a client's
   * newest heartbeat stay: they are what is known of a host that is off.
   */
  private static final String OLD_DEVICES =
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
  Future<List<Removal>> planned() {
    return Partitions.loadAll(connection)
        .compose(
            held -> {
              var removals = new ArrayList<Removal>();
              past(held).forEach(partition -> removals.add(removal(partition)));
              return count(OLD_DAYS, daysBefore())
                  .compose(
                      days -> {
                        tell(
                            removals::add,
                            new Removal("client_day", retention.firstKeptDay(now), days, 0));
                        return count(OLD_DEVICES, devicesBefore());
                      })
                  .map(
                      devices -> {
                        tell(removals::add, new Removal("device", firstKeptHour(), devices, 0));
                        return List.copyOf(removals);
                      });
            });
  }

  /**
   * Lets it go, and goes on when something fails; the first failure is that of all.
   *
   * @param gone is told of each when it is gone
   */
  Future<Void> carriedOut(Consumer<Removal> gone) {
    return Partitions.completeDetaches(connection)
        .compose(
            held -> {
              var work = new Sequence();
              for (var partition : past(held)) {
                work.add(
                    () ->
                        Partitions.drop(connection, partition)
                            .onSuccess(done -> gone.accept(removal(partition))));
              }
              work.add(() -> daysGone(gone));
              work.add(() -> devicesGone(gone));
              return work.done();
            });
  }

  /**
   * Those of which nothing is kept, and those whose end was begun before; but a raw day that is
   * packed comes to its end by packing.
   */
  private List<ExistingPartition> past(List<ExistingPartition> held) {
    var packed = Packing.packedDays(held);
    return held.stream()
        .filter(
            each ->
                each.isBefore(retention.firstKept(each.parent(), now))
                    || (each.state() != State.ATTACHED
                        && !(each.parent() == PartitionedTable.HEARTBEAT
                            && packed.contains(each.fromDay()))))
        .toList();
  }

  private Future<Void> daysGone(Consumer<Removal> gone) {
    return deleted("client_day", OLD_DAYS, daysBefore())
        .onSuccess(
            rows -> tell(gone, new Removal("client_day", retention.firstKeptDay(now), rows, 0)))
        .mapEmpty();
  }

  private Future<Void> devicesGone(Consumer<Removal> gone) {
    return deleted("device", OLD_DEVICES, devicesBefore())
        .onSuccess(rows -> tell(gone, new Removal("device", firstKeptHour(), rows, 0)))
        .mapEmpty();
  }

  private static void tell(Consumer<Removal> gone, Removal rows) {
    if (rows.rows() > 0) {
      gone.accept(rows);
    }
  }

  private Future<Long> deleted(String table, String condition, Tuple before) {
    var sql =
        "DELETE FROM %s WHERE ctid IN (SELECT ctid %s LIMIT %d)".formatted(table, condition, BATCH);
    return deleted(sql, before, 0);
  }

  /** Batch by batch, so that no lock is held for long. */
  private Future<Long> deleted(String sql, Tuple before, long sofar) {
    return connection
        .preparedQuery(sql)
        .execute(before)
        .compose(
            batch ->
                batch.rowCount() < BATCH
                    ? Future.succeededFuture(sofar + batch.rowCount())
                    : deleted(sql, before, sofar + batch.rowCount()));
  }

  private Future<Long> count(String condition, Tuple before) {
    return connection
        .preparedQuery("SELECT count(*) " + condition)
        .execute(before)
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Tuple daysBefore() {
    return Tuple.of(retention.firstKeptDay(now));
  }

  private Tuple devicesBefore() {
    return Tuple.of(firstKeptHour().atStartOfDay().atOffset(ZoneOffset.UTC));
  }

  private LocalDate firstKeptHour() {
    return retention.firstKept(PartitionedTable.DEVICE_HOUR, now);
  }

  private static Removal removal(ExistingPartition partition) {
    return new Removal(
        partition.name(), partition.toDay(), partition.estimatedRows(), partition.sizeBytes());
  }
}
