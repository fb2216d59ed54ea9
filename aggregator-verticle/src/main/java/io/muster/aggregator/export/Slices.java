package io.muster.aggregator.export;

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

/** The pieces of time that an export reads one after the other: none where there is nothing. */
final class Slices {
  private static final String DAYS = "SELECT min(day), max(day) FROM client_day";

  private final ExportQuery query;

  Slices(ExportQuery query) {
    this.query = query;
  }

  /** From the oldest; one without bounds for what has no time. */
  Future<List<Slice>> held(SqlConnection sql) {
    return switch (query.table()) {
      case HEARTBEATS ->
          partitions(sql, PartitionedTable.HEARTBEAT, PartitionedTable.HEARTBEAT_PACK);
      case HOURS -> partitions(sql, PartitionedTable.CLIENT_HOUR);
      case DEVICE_HOURS -> partitions(sql, PartitionedTable.DEVICE_HOUR);
      case DAYS -> sql.query(DAYS).execute().map(rows -> days(rows.iterator().next()));
      case DEVICES, CLIENTS, MODELS ->
          Future.succeededFuture(List.of(new Slice(Instant.MIN, Instant.MAX)));
    };
  }

  private Future<List<Slice>> partitions(SqlConnection sql, PartitionedTable... families) {
    var wanted = Set.of(families);
    return Partitions.loadAll(sql)
        .map(
            held -> {
              var days = new TreeSet<LocalDate>();
              held.stream()
                  .filter(part -> wanted.contains(part.parent()) && part.estimatedRows() > 0)
                  .filter(part -> part.state() != State.DETACHED)
                  .flatMap(Slices::days)
                  .forEach(days::add);
              return slices(days.stream().toList());
            });
  }

  private List<Slice> days(Row row) {
    var first = row.getLocalDate(0);
    return first == null
        ? List.of()
        : slices(first.datesUntil(row.getLocalDate(1).plusDays(1)).toList());
  }

  private static Stream<LocalDate> days(ExistingPartition part) {
    return part.fromDay().datesUntil(part.toDay());
  }

  private List<Slice> slices(List<LocalDate> days) {
    var slices = new ArrayList<Slice>();
    for (var day : days) {
      var midnight = day.atStartOfDay(ZoneOffset.UTC).toInstant();
      var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      var length = query.table().slice();
      for (var from = midnight; from.isBefore(end); from = from.plus(length)) {
        slices.add(new Slice(from, from.plus(length)));
      }
    }
    return slices.stream().map(this::wanted).filter(Slice::isSome).toList();
  }

  private Slice wanted(Slice slice) {
    return new Slice(
        query.from().filter(slice.from()::isBefore).orElse(slice.from()),
        query.until().filter(slice.until()::isAfter).orElse(slice.until()));
  }

  /**
   * A piece of time.
   *
   * @param from inclusive
   * @param until exclusive
   */
  record Slice(Instant from, Instant until) {
    boolean isSome() {
      return from.isBefore(until);
    }
  }
}
