package io.muster.launcher.db.transfer;

import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.ExistingPartition.State;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The time ranges that an export reads one after the other; times without data are in no range. */
final class ExportRanges {
  private static final String SELECT_DAYS = "SELECT min(day), max(day) FROM client_day";

  private final ExportQuery query;

  ExportRanges(ExportQuery query) {
    this.query = query;
  }

  /** Returns the ranges, the oldest first; one without bounds for a table without timestamps. */
  Future<List<ExportRange>> load(SqlConnection connection) {
    return switch (query.table()) {
      case HEARTBEATS, DEVICE_READINGS ->
          partitionRanges(connection, PartitionedTable.HEARTBEAT, PartitionedTable.HEARTBEAT_PACK);
      case HOURS -> partitionRanges(connection, PartitionedTable.CLIENT_HOUR);
      case DEVICE_MINUTES -> partitionRanges(connection, PartitionedTable.DEVICE_MINUTE);
      case DEVICE_HOURS -> partitionRanges(connection, PartitionedTable.DEVICE_HOUR);
      case DAYS ->
          connection.query(SELECT_DAYS).execute().map(rows -> dayRanges(rows.iterator().next()));
      case DEVICES, CLIENTS, MODELS ->
          Future.succeededFuture(List.of(new ExportRange(Instant.MIN, Instant.MAX)));
    };
  }

  private Future<List<ExportRange>> partitionRanges(
      SqlConnection connection, PartitionedTable... tables) {
    var parents = Set.of(tables);
    return Partitions.loadAll(connection)
        .map(
            partitions -> {
              var days = new TreeSet<LocalDate>();
              partitions.stream()
                  .filter(
                      partition ->
                          parents.contains(partition.parent()) && partition.estimatedRows() > 0)
                  .filter(partition -> partition.state() != State.DETACHED)
                  .flatMap(ExportRanges::daysOf)
                  .forEach(days::add);
              return toRanges(days.stream().toList());
            });
  }

  private List<ExportRange> dayRanges(Row row) {
    var first = row.getLocalDate(0);
    return first == null
        ? List.of()
        : toRanges(first.datesUntil(row.getLocalDate(1).plusDays(1)).toList());
  }

  private static Stream<LocalDate> daysOf(ExistingPartition partition) {
    return partition.fromDay().datesUntil(partition.toDay());
  }

  private List<ExportRange> toRanges(List<LocalDate> days) {
    var ranges = new ArrayList<ExportRange>();
    for (var day : days) {
      var midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
      var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      var length = query.table().rangeLength();
      for (var from = midnight; from.isBefore(end); from = from.plus(length)) {
        ranges.add(new ExportRange(from, from.plus(length)));
      }
    }
    return ranges.stream().map(this::clip).filter(ExportRange::isNotEmpty).toList();
  }

  private ExportRange clip(ExportRange range) {
    return new ExportRange(
        query.from().filter(range.from()::isBefore).orElse(range.from()),
        query.until().filter(range.until()::isAfter).orElse(range.until()));
  }

  /**
   * A range of time.
   *
   * @param from inclusive
   * @param until exclusive
   */
  record ExportRange(Instant from, Instant until) {
    boolean isNotEmpty() {
      return from.isBefore(until);
    }
  }
}
