package io.muster.registry.client;

import static java.time.ZoneOffset.UTC;

import io.muster.schema.client.ClientId;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.HostCondition;
import io.muster.schema.client.RegisteredHost.HostWarning;
import io.muster.schema.client.RegisteredHost.InstalledGpus;
import io.muster.schema.client.RegisteredHost.Registration;
import io.muster.schema.client.Warning;
import io.muster.schema.json.WireTime;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A row about one host. */
record HostRow(Row row) {
  RegisteredHost host() {
    return new RegisteredHost(
        new Registration(
            clientId(),
            row.getString("name"),
            row.getString("user_id"),
            row.getString("valid_status"),
            time("created_at").orElseThrow()),
        row.getString("status"),
        time("last_seen"),
        number("uptime_days").orElse(0),
        Optional.ofNullable(row.getString("os_type")),
        new InstalledGpus(
            row.getInteger("gpu_count"),
            List.of(row.getArrayOfStrings("gpu_models")),
            row.getInteger("tflops")),
        new HostCondition(row.getInteger("health"), number("cpu"), number("mem"), number("disk")),
        warnings());
  }

  private String clientId() {
    return ClientId.fromUuid(row.getUUID("client_id"));
  }

  /** The raised warnings that are stored, and those that are computed now. */
  private List<HostWarning> warnings() {
    int mask = row.getInteger("warnings");
    var stored =
        OpenWarning.readAll(Optional.ofNullable(row.getString("open_warnings"))).stream()
            .collect(Collectors.toMap(OpenWarning::warning, warning -> warning));
    return Arrays.stream(Warning.values())
        .filter(warning -> warning.isIn(mask))
        .flatMap(warning -> warning(warning, Optional.ofNullable(stored.get(warning))).stream())
        .toList();
  }

  private Optional<HostWarning> warning(Warning warning, Optional<OpenWarning> stored) {
    return switch (warning) {
      case DECLARED_ERROR -> time("declared_at").map(since -> warning(warning, since));
      case LOST_CONTACT -> time("last_seen").map(since -> warning(warning, since));
      case LOW_UPTIME ->
          Optional.ofNullable(row.getLocalDate("uptime_y_day"))
              .map(day -> WireTime.utcMicros(day.atStartOfDay(UTC).toInstant()))
              .map(since -> warning(warning, number("uptime_y"), since));
      case DISK_FULL, DISK_CRITICAL, MEMORY_FULL, GPU_HOT, GPU_CRITICAL, GPU_LOST, GPU_FAULT ->
          stored.map(
              open ->
                  warning(
                      warning,
                      open.peak(),
                      WireTime.utcMicros(Instant.ofEpochMilli(open.sinceMillis()))));
    };
  }

  private static HostWarning warning(Warning warning, String since) {
    return warning(warning, Optional.empty(), since);
  }

  private static HostWarning warning(Warning warning, Optional<Integer> reading, String since) {
    var readings =
        warning
            .readingName()
            .flatMap(name -> reading.map(value -> Map.of(name, value)))
            .orElseGet(Map::of);
    return new HostWarning(warning.wireName(), readings, since);
  }

  private Optional<String> time(String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column))
        .map(OffsetDateTime::toInstant)
        .map(WireTime::utcMicros);
  }

  private Optional<Integer> number(String column) {
    return Optional.ofNullable(row.getInteger(column));
  }
}
