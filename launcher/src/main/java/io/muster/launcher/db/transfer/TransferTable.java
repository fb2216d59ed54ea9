package io.muster.launcher.db.transfer;

import static io.muster.runtime.database.schema.PartitionedTable.CLIENT_HOUR;
import static io.muster.runtime.database.schema.PartitionedTable.DEVICE_HOUR;
import static io.muster.runtime.database.schema.PartitionedTable.DEVICE_MINUTE;
import static io.muster.runtime.database.schema.PartitionedTable.HEARTBEAT;

import io.muster.runtime.database.SqlStatement;
import io.muster.runtime.database.schema.PartitionedTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A table that can be exported and imported; docs/export.md explains its columns. */
public enum TransferTable {
  HEARTBEATS(
      "Single heartbeats, raw and compacted.",
      TableColumns.HEARTBEATS,
      "at",
      Duration.ofHours(1),
      HEARTBEAT,
      CLIENT_HOUR,
      DEVICE_MINUTE,
      DEVICE_HOUR),
  DEVICE_READINGS(
      "The readings of accelerators in single heartbeats, raw and compacted.",
      TableColumns.DEVICE_READINGS,
      "at",
      Duration.ofMinutes(10),
      HEARTBEAT,
      CLIENT_HOUR,
      DEVICE_MINUTE,
      DEVICE_HOUR),
  HOURS(
      "Roll-ups of the hours of clients.",
      TableColumns.HOURS_OF_CLIENTS,
      "hour",
      Duration.ofDays(1),
      CLIENT_HOUR),
  DEVICE_MINUTES(
      "Roll-ups of the minutes of accelerators. The energy of a minute is its mean power times 60 s.",
      TableColumns.DEVICE_MINUTES,
      "minute",
      Duration.ofMinutes(10),
      DEVICE_MINUTE),
  DEVICE_HOURS(
      "Roll-ups of the hours of accelerators.",
      TableColumns.DEVICE_HOURS,
      "hour",
      Duration.ofHours(6),
      DEVICE_HOUR),
  DAYS("Roll-ups of the UTC days of clients.", TableColumns.DAYS, "day", Duration.ofDays(1)),
  DEVICES(
      "Accelerators, with the newest readings of those that their hosts have now.",
      TableColumns.DEVICES,
      "updated_at",
      Duration.ZERO),
  CLIENTS("Clients with their newest state.", TableColumns.CLIENTS, "updated_at", Duration.ZERO),
  MODELS("The catalog of models.", TableColumns.MODELS, "created_at", Duration.ZERO);

  private final String meaning;
  private final List<Column> columns;
  private final String timeColumn;
  private final Duration rangeLength;
  private final List<PartitionedTable> partitionedTables;
  private final Map<String, Integer> columnIndexes = new HashMap<>();
  private final SqlStatement exportStatement;
  private final SqlStatement importStatement;

  TransferTable(
      String meaning,
      List<Column> columns,
      String timeColumn,
      Duration rangeLength,
      PartitionedTable... partitionedTables) {
    this.meaning = meaning;
    this.columns = columns;
    this.partitionedTables = List.of(partitionedTables);
    columns.forEach(column -> columnIndexes.put(column.name(), columnIndexes.size()));
    this.timeColumn = timeColumn;
    this.rangeLength = rangeLength;
    this.exportStatement = SqlStatement.load(TransferTable.class, "export-" + wireName() + ".sql");
    this.importStatement = SqlStatement.load(TransferTable.class, "import-" + wireName() + ".sql");
  }

  /** Returns the table of a name such as {@code device-hours}; empty if there is none. */
  public static Optional<TransferTable> ofWireName(String name) {
    return Arrays.stream(values()).filter(table -> table.wireName().equals(name)).findFirst();
  }

  /** Returns the names of all tables, separated by commas. */
  public static String wireNames() {
    return Arrays.stream(values()).map(TransferTable::wireName).collect(Collectors.joining(", "));
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns true if the rows have a timestamp, by which they can be selected. */
  public boolean hasTimestamps() {
    return !rangeLength.isZero();
  }

  /** Returns true if the rows are those of clients, by which they can be selected. */
  public boolean hasClients() {
    return this != MODELS;
  }

  /** Returns true if the rows are readings of devices. */
  boolean hasDevices() {
    return columnIndexes.containsKey("device_uuid") && this != DEVICES;
  }

  /** Returns the content in one sentence or two. */
  String meaning() {
    return meaning;
  }

  List<Column> columns() {
    return columns;
  }

  int indexOf(String column) {
    return columnIndexes.getOrDefault(column, -1);
  }

  /** Returns the tables that must have a partition for the day of a row, the first one its own. */
  List<PartitionedTable> partitionedTables() {
    return partitionedTables;
  }

  /** Returns the time after which a row of a roll-up does not change; zero for other rows. */
  Duration coveredTime() {
    return switch (this) {
      case HOURS, DEVICE_MINUTES, DEVICE_HOURS -> Duration.ofHours(1);
      case DAYS -> Duration.ofDays(1);
      case HEARTBEATS, DEVICE_READINGS, DEVICES, CLIENTS, MODELS -> Duration.ZERO;
    };
  }

  /** Returns the setting by which rows are pruned; empty if none are. */
  public String retentionKey() {
    return switch (this) {
      case HEARTBEATS, DEVICE_READINGS -> "aggregator.retention.raw";
      case DEVICE_MINUTES -> "aggregator.retention.minute";
      case HOURS, DEVICE_HOURS -> "aggregator.retention.hour";
      case DAYS -> "aggregator.retention.day";
      case DEVICES, CLIENTS, MODELS -> "";
    };
  }

  /** Returns the name of the column with the time of a row. */
  String timeColumn() {
    return timeColumn;
  }

  /**
   * Returns the time that one statement covers, a day or a part of it, so that its sort is small.
   */
  Duration rangeLength() {
    return rangeLength;
  }

  /** Returns the statement; a table with timestamps has the parameters from and until. */
  SqlStatement exportStatement() {
    return exportStatement;
  }

  /** Returns the statement that stores rows; its parameters are arrays, named like the columns. */
  SqlStatement importStatement() {
    return importStatement;
  }
}
