package io.muster.launcher.db;

import io.muster.aggregator.maintenance.MaintenanceJob;
import io.muster.launcher.db.StorageStatus.DataRange;
import io.muster.launcher.db.StorageStatus.HeartbeatTraffic;
import io.muster.launcher.db.StorageStatus.MaintenanceBacklog;
import io.muster.launcher.db.StorageStatus.PartitionStatus;
import io.muster.launcher.db.StorageStatus.TableStatus;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the status of a database, from indexes and roll-ups, never from all heartbeats. */
final class StorageStatusReader {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final SqlStatement DATA_RANGE =
      SqlStatement.load(StorageStatusReader.class, "status-data-range.sql");
  private static final SqlStatement TRAFFIC =
      SqlStatement.load(StorageStatusReader.class, "status-traffic.sql");

  private static final String SERVER =
      """
      SELECT split_part(current_setting('server_version'), ' ', 1), (SELECT max(version) FROM schema_migration),
        pg_database_size(current_database())\
      """;

  private static final String PLAIN_TABLES =
      """
      SELECT relname, greatest(reltuples, 0)::bigint, pg_total_relation_size(oid) FROM pg_class
      WHERE relkind = 'r' AND pg_table_is_visible(oid)
        AND relname IN ('client', 'client_state', 'client_clock', 'client_day', 'client_day_stale', 'client_warning', 'device',
          'device_hour_stale', 'fleet_condition', 'model')\
      """;

  private static final String BACKLOG =
      """
      SELECT (SELECT count(*) FROM client_day_stale),
        (SELECT rolled_up_at FROM client_rollup), (SELECT count(*) FROM device_hour_stale)\
      """;

  private final SqlConnection connection;
  private final Instant now;

  private StorageStatusReader(SqlConnection connection, Instant now) {
    this.connection = connection;
    this.now = now;
  }

  /**
   * Reads the status.
   *
   * @param compactAfter time since the end of a day after which it is compacted; empty: never
   */
  static Future<StorageStatus> read(
      Database database, Optional<Duration> compactAfter, Instant now) {
    return database.withDedicatedConnection(
        TIMEOUT, connection -> new StorageStatusReader(connection, now).loadStatus(compactAfter));
  }

  private Future<StorageStatus> loadStatus(Optional<Duration> compactAfter) {
    var server = queryRow(SERVER);
    var partitions = Partitions.loadAll(connection);
    var plainTables = connection.query(PLAIN_TABLES).execute();
    var dataRanges = loadDataRanges();
    var traffic =
        TRAFFIC
            .bind("now", now.atOffset(ZoneOffset.UTC))
            .execute(connection)
            .map(StorageStatusReader::firstRow);
    var backlog = queryRow(BACKLOG);
    return Future.all(List.of(server, partitions, plainTables, dataRanges, traffic, backlog))
        .map(
            all ->
                new StorageStatus(
                    server.result().getString(0),
                    server.result().getInteger(1),
                    server.result().getLong(2),
                    toTableStatuses(partitions.result(), plainTables.result()),
                    partitions.result().stream()
                        .map(StorageStatusReader::toPartitionStatus)
                        .toList(),
                    dataRanges.result(),
                    toTraffic(traffic.result()),
                    toBacklog(
                        backlog.result(), uncompactedDays(partitions.result(), compactAfter))));
  }

  private Future<List<DataRange>> loadDataRanges() {
    var dataRanges = new ArrayList<DataRange>();
    return addDataRange(dataRanges, "raw", "ts", "heartbeat")
        .compose(done -> addDataRange(dataRanges, "packed", "hour", "heartbeat_pack"))
        .compose(done -> addDataRange(dataRanges, "hour", "hour", "client_hour"))
        .compose(done -> addDataRange(dataRanges, "day", "day", "client_day"))
        .map(dataRanges);
  }

  private Future<?> addDataRange(
      List<DataRange> dataRanges, String data, String column, String table) {
    return queryRow(DATA_RANGE.with(Map.of("column", column, "table", table)).sql())
        .onSuccess(row -> dataRanges.add(new DataRange(data, timeText(row, 0), timeText(row, 1))));
  }

  private Future<Row> queryRow(String sql) {
    return connection.preparedQuery(sql).execute().map(StorageStatusReader::firstRow);
  }

  private static Row firstRow(RowSet<Row> rows) {
    return rows.iterator().next();
  }

  private long uncompactedDays(
      List<ExistingPartition> partitions, Optional<Duration> compactAfter) {
    return compactAfter
        .map(delay -> MaintenanceJob.uncompactedDays(partitions, delay, now).size())
        .orElse(0);
  }

  private static List<TableStatus> toTableStatuses(
      List<ExistingPartition> partitions, Iterable<Row> plainTables) {
    var tables = new ArrayList<TableStatus>();
    partitions.stream()
        .collect(Collectors.groupingBy(ExistingPartition::parent))
        .forEach(
            (table, tablePartitions) ->
                tables.add(
                    new TableStatus(
                        table.tableName(),
                        tablePartitions.size(),
                        tablePartitions.stream().mapToLong(ExistingPartition::estimatedRows).sum(),
                        tablePartitions.stream().mapToLong(ExistingPartition::sizeBytes).sum())));
    plainTables.forEach(
        row -> tables.add(new TableStatus(row.getString(0), 0, row.getLong(1), row.getLong(2))));
    tables.sort(
        Comparator.comparingLong(TableStatus::bytes).reversed().thenComparing(TableStatus::name));
    return tables;
  }

  private static PartitionStatus toPartitionStatus(ExistingPartition partition) {
    return new PartitionStatus(
        partition.parent().tableName(),
        partition.name(),
        partition.fromDay().toString(),
        partition.toDay().toString(),
        partition.state().name().toLowerCase(Locale.ROOT),
        partition.estimatedRows(),
        partition.sizeBytes());
  }

  private static HeartbeatTraffic toTraffic(Row row) {
    return new HeartbeatTraffic(
        row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }

  private MaintenanceBacklog toBacklog(Row row, long uncompactedDays) {
    var rolledUpAt = row.getOffsetDateTime(1).toInstant();
    return new MaintenanceBacklog(
        row.getLong(0),
        row.getLong(2),
        uncompactedDays,
        Math.max(0, Duration.between(rolledUpAt, now).toSeconds()));
  }

  private static Optional<String> timeText(Row row, int column) {
    return Optional.ofNullable(row.getValue(column))
        .map(
            value ->
                value instanceof OffsetDateTime at
                    ? WireTime.utcMicros(at.toInstant())
                    : ((LocalDate) value).toString());
  }
}
