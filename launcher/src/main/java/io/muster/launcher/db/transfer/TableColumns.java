package io.muster.launcher.db.transfer;

import static io.muster.launcher.db.transfer.Column.decimal;
import static io.muster.launcher.db.transfer.Column.instant;
import static io.muster.launcher.db.transfer.Column.integer;
import static io.muster.launcher.db.transfer.Column.names;
import static io.muster.launcher.db.transfer.Column.oneOf;
import static io.muster.launcher.db.transfer.Column.text;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MICROS;
import static java.time.temporal.ChronoUnit.MILLIS;
import static java.time.temporal.ChronoUnit.MINUTES;

import io.muster.schema.client.Warning;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.history.Heartbeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The columns of the tables, in the order of the export. */
final class TableColumns {
  private static final int MAX_NAME = 255;
  private static final long MAX_BYTES_PER_HOUR = 100_000_000_000_000_000L;
  private static final int HOURS_PER_DAY = 24;
  private static final int MAX_PER_MINUTE = 60_000;
  private static final int MAX_PER_HOUR = 3_600_000;
  private static final int MAX_PER_DAY = 86_400_000;
  private static final int MAX_WATTS = Short.MAX_VALUE;
  private static final int MIN_CELSIUS = -273;
  private static final int MAX_CELSIUS = 1_000;
  private static final int PERCENT = 100;
  private static final String NOT_REPORTED = "not reported";
  private static final String NO_READING = "no heartbeat has the reading";
  private static final String NO_HEARTBEAT = "no heartbeat yet";

  private static final List<Column> CLIENT =
      List.of(
          Column.of("client_id", ColumnType.CLIENT_ID, "id of the client"),
          text("user_id", 1, MAX_NAME, "owner of the client"),
          text("client_name", 0, MAX_NAME, "name of the client"));

  private static final List<Column> DEVICE =
      List.of(
          text("device_uuid", 0, MAX_NAME, "id of the accelerator, unique within its client"),
          integer("device_index", 0, Short.MAX_VALUE, "its position in the host"),
          text("device_name", 0, MAX_NAME, "its product name"));

  private static final List<Column> NEWEST_READINGS =
      List.of(
          percent("utilization_percent", "utilization").orEmpty(NOT_REPORTED),
          percent("memory_percent", "share of its memory in use").orEmpty(NOT_REPORTED),
          integer("temperature_c", MIN_CELSIUS, MAX_CELSIUS, "temperature, °C")
              .orEmpty(NOT_REPORTED),
          integer("power_w", 0, MAX_WATTS, "power draw, W").orEmpty(NOT_REPORTED));

  static final List<Column> HEARTBEATS =
      concat(
          CLIENT,
          List.of(
              instant("at", MILLIS, "instant, by the clock of the server"),
              percent("cpu_percent", "CPU utilization"),
              percent("memory_percent", "main memory in use"),
              percent("disk_percent", "space in use, of all file systems together"),
              bytes("network_up_bytes", Heartbeat.MAX_NETWORK_BYTES, "sent since the one before"),
              bytes(
                  "network_down_bytes",
                  Heartbeat.MAX_NETWORK_BYTES,
                  "received since the one before"),
              names(
                      "gpu_conditions",
                      List.of("hot", "critical", "warm", "fault"),
                      "of any accelerator: at its warning temperature, at its critical one, at most"
                          + " 5 °C below the warning temperature or above it, and with a fault")
                  .orEmpty("none"),
              integer("devices", 0, Gpu.MAX_PER_HOST, "number of accelerators that it reports")
                  .orEmpty(NOT_REPORTED)));

  static final List<Column> DEVICE_READINGS =
      concat(
          CLIENT,
          DEVICE,
          List.of(instant("at", MILLIS, "instant of the heartbeat")),
          NEWEST_READINGS);

  static final List<Column> HOURS_OF_CLIENTS =
      concat(
          CLIENT,
          List.of(
              instant("hour", HOURS, "begin of the hour"),
              instant("last_heartbeat_at", MICROS, "instant of the newest heartbeat"),
              integer("heartbeats", 1, MAX_PER_HOUR, "number of heartbeats")),
          meanAndExtremes("cpu", "CPU utilization"),
          meanAndExtremes("memory", "main memory in use"),
          meanAndExtremes("disk", "space in use"),
          List.of(
              bytes("network_up_bytes", MAX_BYTES_PER_HOUR, "sent"),
              bytes("network_down_bytes", MAX_BYTES_PER_HOUR, "received"),
              integer("slots", 0, 30, "two-minute slots with a heartbeat, of 30"),
              integer("devices_max", 0, Short.MAX_VALUE, "most accelerators at once")));

  static final List<Column> DEVICE_MINUTES =
      concat(
          CLIENT,
          DEVICE,
          List.of(
              instant("minute", MINUTES, "begin of the minute"),
              integer("heartbeats", 1, MAX_PER_MINUTE, "number of heartbeats that reported it")),
          deviceReadings(MAX_PER_MINUTE));

  static final List<Column> DEVICE_HOURS =
      concat(
          CLIENT,
          DEVICE,
          List.of(
              instant("hour", HOURS, "begin of the hour"),
              integer("heartbeats", 1, MAX_PER_HOUR, "number of heartbeats that reported it")),
          deviceReadings(MAX_PER_HOUR),
          List.of(
              integer(
                      "energy_j",
                      0,
                      (long) MAX_WATTS * 3600,
                      "energy, J: of each minute with a reading of the power, its mean times 60 s")
                  .orEmpty(NO_READING)));

  static final List<Column> DAYS =
      concat(
          CLIENT,
          List.of(
              Column.of("day", ColumnType.DAY, "UTC day"),
              instant("last_heartbeat_at", MICROS, "instant of the newest heartbeat"),
              integer("heartbeats", 1, MAX_PER_DAY, "number of heartbeats"),
              meanPercent("cpu_mean_percent", "CPU utilization, mean"),
              meanPercent("memory_mean_percent", "main memory in use, mean"),
              meanPercent("disk_mean_percent", "space in use, mean"),
              bytes("network_up_bytes", MAX_BYTES_PER_HOUR * HOURS_PER_DAY, "sent"),
              bytes("network_down_bytes", MAX_BYTES_PER_HOUR * HOURS_PER_DAY, "received"),
              integer("slots", 0, 720, "two-minute slots with a heartbeat, of 720")));

  static final List<Column> DEVICES =
      concat(
          CLIENT,
          DEVICE,
          List.of(
              integer("memory_total_mb", 0, Integer.MAX_VALUE, "its memory, MiB (2^20 bytes)")
                  .orEmpty(NOT_REPORTED)),
          NEWEST_READINGS,
          List.of(
              instant("updated_at", MICROS, "instant of the readings or, without, of a report")));

  static final List<Column> CLIENTS =
      concat(
          CLIENT,
          List.of(
              text("os_type", 0, 64, "operating system").orEmpty("unknown"),
              oneOf(
                  "declared_status",
                  List.of("active", "online", "offline", "maintenance", "error"),
                  "status by the last registration"),
              instant("declared_at", MICROS, "instant of this declaration"),
              oneOf("valid_status", List.of("valid", "invalid"), "invalid while it is deleted"),
              instant("created_at", MICROS, "instant of the registration"),
              instant("updated_at", MICROS, "instant of the last change of the registration"),
              instant("first_heartbeat_at", MICROS, "instant of the oldest heartbeat ever")
                  .orEmpty(NO_HEARTBEAT),
              instant("last_heartbeat_at", MICROS, "instant of the newest heartbeat")
                  .orEmpty(NO_HEARTBEAT),
              instant("last_seen_at", MICROS, "receipt of the newest heartbeat")
                  .orEmpty(NO_HEARTBEAT),
              percent("cpu_percent", "CPU utilization").orEmpty(NO_HEARTBEAT),
              percent("memory_percent", "main memory in use").orEmpty(NO_HEARTBEAT),
              percent("disk_percent", "space in use").orEmpty(NO_HEARTBEAT),
              integer("devices", 0, Short.MAX_VALUE, "number of accelerators")
                  .orEmpty(NO_HEARTBEAT),
              decimal("tflops", 0, 9_999_999, "peak performance of all accelerators, TFLOPS")
                  .orEmpty(NO_HEARTBEAT),
              names("warnings", warningNames(), "stored warnings").orEmpty("none"),
              integer("days", 0, Integer.MAX_VALUE, "UTC days with a heartbeat, ever")
                  .orEmpty(NO_HEARTBEAT),
              percent("uptime_percent", "uptime of uptime_day")
                  .orEmpty("no heartbeat on uptime_day, or unknown"),
              Column.of("uptime_day", ColumnType.DAY, "UTC day of uptime_percent")
                  .orEmpty("unknown")));

  static final List<Column> MODELS =
      List.of(
          integer("id", 1, Integer.MAX_VALUE, "id; not imported, another one is assigned"),
          text("name", 1, 100, "name"),
          text("version", 1, 50, "version; name and version identify the model"),
          integer("version_code", 1, Long.MAX_VALUE, "number of the version"),
          integer("engine_type", 0, Short.MAX_VALUE, "engine"),
          Column.of("is_active", ColumnType.BOOLEAN, "true if it is served"),
          integer("min_memory_mb", 0, Integer.MAX_VALUE, "main memory that it needs, MiB")
              .orEmpty("unknown"),
          integer("min_gpu_memory_gb", 0, Integer.MAX_VALUE, "GPU memory that it needs, GiB")
              .orEmpty("unknown"),
          instant("created_at", MICROS, "instant of the registration"));

  private TableColumns() {}

  private static Column percent(String name, String meaning) {
    return integer(name, 0, PERCENT, meaning + ", percent");
  }

  private static Column meanPercent(String name, String meaning) {
    return decimal(name, 0, PERCENT, meaning + ", percent");
  }

  private static Column bytes(String name, long max, String meaning) {
    return integer(name, 0, max, "bytes " + meaning);
  }

  private static List<Column> meanAndExtremes(String reading, String meaning) {
    return List.of(
        meanPercent(reading + "_mean_percent", meaning + ", mean"),
        percent(reading + "_min_percent", meaning + ", minimum").orEmpty("unknown"),
        percent(reading + "_max_percent", meaning + ", maximum").orEmpty("unknown"));
  }

  /** Returns the readings of a device: for each its number, mean, minimum and maximum. */
  private static List<Column> deviceReadings(int maxCount) {
    var columns = new ArrayList<Column>();
    for (var reading : NEWEST_READINGS) {
      var split = reading.name().lastIndexOf('_');
      var name = reading.name().substring(0, split);
      var unit = reading.name().substring(split);
      columns.add(
          integer(
              name + "_readings", 0, maxCount, "heartbeats with the reading " + reading.name()));
      columns.add(
          decimal(name + "_mean" + unit, reading.min(), reading.max(), reading.meaning() + ", mean")
              .orEmpty(NO_READING));
      for (var extreme : List.of("min", "max")) {
        columns.add(
            integer(
                    name + "_" + extreme + unit,
                    reading.min(),
                    reading.max(),
                    reading.meaning() + ", " + extreme + "imum")
                .orEmpty(NO_READING));
      }
    }
    return columns;
  }

  /** Returns the names of warnings by their bit; those that are computed are never stored. */
  private static List<String> warningNames() {
    var names =
        new ArrayList<>(
            Collections.nCopies(
                Arrays.stream(Warning.values()).mapToInt(TableColumns::bit).max().orElseThrow() + 1,
                ""));
    Arrays.stream(Warning.values()).forEach(warning -> names.set(bit(warning), warning.wireName()));
    return names;
  }

  private static int bit(Warning warning) {
    return Integer.numberOfTrailingZeros(warning.bit());
  }

  @SafeVarargs
  private static List<Column> concat(List<Column>... parts) {
    var columns = new ArrayList<Column>();
    for (var part : parts) {
      columns.addAll(part);
    }
    return List.copyOf(columns);
  }
}
