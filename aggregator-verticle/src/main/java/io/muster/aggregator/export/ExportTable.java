package io.muster.aggregator.export;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table that can be exported. Its columns are those of the database, which db/V001 and db/V002
 * explain.
 */
public enum ExportTable {
  /** Single heartbeats, raw and compacted, by time. */
  HEARTBEATS(
      "client_id, ts, cpu, mem, disk, net_up, net_down, gpu_flags",
      """
      (SELECT client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags FROM heartbeat
       WHERE ts >= $1 AND ts < $2 %1$s
       UNION ALL
       SELECT p.client_ref, p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down, u.gpu_flags
       FROM heartbeat_pack p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down, p.gpu_flags)
         AS u (ms, cpu, mem, disk, net_up, net_down, gpu_flags)
       WHERE p.hour >= date_trunc('hour', $1::timestamptz, 'UTC') AND p.hour < $2 %1$s
         AND p.hour + u.ms * interval '1 ms' >= $1 AND p.hour + u.ms * interval '1 ms' < $2) b
      JOIN client c USING (client_ref)\
      """,
      "ts, client_ref",
      Duration.ofHours(1)),

  /** Roll-ups of the hours of clients. */
  HOURS(
      "client_id, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,"
          + " cpu_max, mem_max, disk_max, gpu_max",
      "client_hour h JOIN client c USING (client_ref) WHERE hour >= $1 AND hour < $2 %1$s",
      "hour, client_ref",
      Duration.ofDays(1)),

  /** Roll-ups of the hours of accelerators. */
  DEVICE_HOURS(
      "client_id, device_uuid, hour, n, usage_n, usage_sum, usage_max, mem_n, mem_sum, mem_max,"
          + " temp_n, temp_sum, temp_max, power_n, power_sum, power_max",
      """
      (SELECT h.*, d.client_ref, d.device_uuid FROM device_hour h JOIN device d USING (device_ref)
       WHERE h.hour >= $1 AND h.hour < $2) x
      JOIN client c USING (client_ref) WHERE true %1$s\
      """,
      "hour, client_ref, device_uuid",
      Duration.ofHours(6)),

  /** Roll-ups of the days of clients. */
  DAYS(
      "client_id, day, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slots",
      """
      client_day d JOIN client c USING (client_ref)
      WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date AND day < $2::timestamptz AT TIME ZONE 'UTC' %1$s\
      """,
      "day, client_ref",
      Duration.ofDays(1)),

  /** Accelerators with their newest readings. */
  DEVICES(
      "client_id, device_uuid, device_index, name, mem_total_mb, temp, usage, mem_usage, power_w,"
          + " updated_at",
      """
      (SELECT d.*, c.client_id FROM device d JOIN client c USING (client_ref)) x WHERE true %1$s\
      """,
      "client_ref, device_index, device_uuid",
      Duration.ZERO),

  /** Clients with their newest state. */
  CLIENTS(
      "client_id, user_id, name, os_type, declared_status, declared_at, valid_status, created_at,"
          + " updated_at, first_ts, last_ts, last_seen, cpu, mem, disk, device_count, tflops,"
          + " warn_mask, uptime_days, uptime_y, uptime_y_day",
      "client c LEFT JOIN client_state s USING (client_ref) WHERE true %1$s",
      "client_ref",
      Duration.ZERO),

  /** The catalog of models. */
  MODELS(
      "id, name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb,"
          + " created_at",
      "model",
      "id",
      Duration.ZERO);

  private final List<String> columns;
  private final String fromClause;
  private final String orderBy;
  private final Duration rangeLength;

  ExportTable(String columns, String fromClause, String orderBy, Duration rangeLength) {
    this.columns = List.of(columns.split(", ", -1));
    this.fromClause = fromClause;
    this.orderBy = orderBy;
    this.rangeLength = rangeLength;
  }

  /** Returns the table of a name such as {@code device-hours}; empty if there is none. */
  public static Optional<ExportTable> ofWireName(String name) {
    return Arrays.stream(values()).filter(table -> table.wireName().equals(name)).findFirst();
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

  List<String> columns() {
    return columns;
  }

  /**
   * Returns the time that one statement covers, a day or a part of it, so that its sort is small.
   */
  Duration rangeLength() {
    return rangeLength;
  }

  /**
   * Returns the statement. That of a table with timestamps begins with the parameters from and
   * until.
   */
  String sql(String clientCondition) {
    return "SELECT %s FROM %s ORDER BY %s"
        .formatted(String.join(", ", columns), fromClause.formatted(clientCondition), orderBy);
  }
}
