package io.muster.launcher.db;

import io.muster.runtime.database.SqlStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table that can be exported. Its columns are those of the database, which the migrations in db/
 * explain.
 */
enum ExportTable {
  /** Single heartbeats, raw and compacted, by time. */
  HEARTBEATS(
      "client_id, ts, cpu, mem, disk, net_up, net_down, gpu_flags, devices", Duration.ofHours(1)),

  /** The readings of accelerators in single heartbeats, raw and compacted, by time. */
  DEVICE_READINGS(
      "client_id, device_uuid, ts, usage, mem_usage, temp, power_w", Duration.ofMinutes(10)),

  /** Roll-ups of the hours of clients. */
  HOURS(
      "client_id, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,"
          + " cpu_max, mem_max, disk_max, gpu_max",
      Duration.ofDays(1)),

  /** Roll-ups of the minutes of accelerators. */
  DEVICE_MINUTES(
      "client_id, device_uuid, minute, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum,"
          + " mem_min, mem_max, temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min,"
          + " power_max",
      Duration.ofMinutes(10)),

  /** Roll-ups of the hours of accelerators. */
  DEVICE_HOURS(
      "client_id, device_uuid, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum,"
          + " mem_min, mem_max, temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min,"
          + " power_max, energy_j",
      Duration.ofHours(6)),

  /** Roll-ups of the days of clients. */
  DAYS(
      "client_id, day, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slots",
      Duration.ofDays(1)),

  /** Accelerators with their newest readings. */
  DEVICES(
      "client_id, device_uuid, device_index, name, mem_total_mb, temp, usage, mem_usage, power_w,"
          + " updated_at",
      Duration.ZERO),

  /** Clients with their newest state. */
  CLIENTS(
      "client_id, user_id, name, os_type, declared_status, declared_at, valid_status, created_at,"
          + " updated_at, first_ts, last_ts, last_seen, cpu, mem, disk, device_count, tflops,"
          + " warn_mask, uptime_days, uptime_y, uptime_y_day",
      Duration.ZERO),

  /** The catalog of models. */
  MODELS(
      "id, name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb,"
          + " created_at",
      Duration.ZERO);

  private final List<String> columns;
  private final Duration rangeLength;
  private final SqlStatement statement;

  ExportTable(String columns, Duration rangeLength) {
    this.columns = List.of(columns.split(", ", -1));
    this.rangeLength = rangeLength;
    this.statement =
        SqlStatement.load(ExportTable.class, "export-" + wireName() + ".sql")
            .with(Map.of("columns", columns));
  }

  /** Returns the table of a name such as {@code device-hours}; empty if there is none. */
  static Optional<ExportTable> ofWireName(String name) {
    return Arrays.stream(values()).filter(table -> table.wireName().equals(name)).findFirst();
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns true if the rows have a timestamp, by which they can be selected. */
  boolean hasTimestamps() {
    return !rangeLength.isZero();
  }

  /** Returns true if the rows are those of clients, by which they can be selected. */
  boolean hasClients() {
    return this != MODELS;
  }

  List<String> columns() {
    return columns;
  }

  /**
   * Returns the time that one statement covers, a day or a part of it, so that its sort is small.
   */
  Duration rangeLength() {
    return rangeLength;
  }

  /** Returns the statement; a table with timestamps has the parameters from and until. */
  SqlStatement statement() {
    return statement;
  }
}
