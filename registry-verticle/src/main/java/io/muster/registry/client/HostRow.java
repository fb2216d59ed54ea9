package io.muster.registry.client;

import io.muster.schema.client.ClientId;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHost.HostCondition;
import io.muster.schema.client.RegisteredHost.HostWarning;
import io.muster.schema.client.RegisteredHost.InstalledGpus;
import io.muster.schema.client.RegisteredHost.Registration;
import io.muster.schema.client.Warning;
import io.muster.schema.json.WireTime;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

  private List<HostWarning> warnings() {
    int mask = row.getInteger("warnings");
    return Arrays.stream(Warning.values())
        .filter(warning -> warning.isIn(mask))
        .map(this::warning)
        .toList();
  }

  /** The readings and begins that the newest state of the host shows. */
  private HostWarning warning(Warning warning) {
    Optional<Integer> reading =
        switch (warning) {
          case DISK_FULL, DISK_CRITICAL -> number("disk");
          case MEMORY_FULL -> number("mem");
          case LOW_UPTIME -> number("uptime_y");
          case DECLARED_ERROR, LOST_CONTACT, GPU_HOT, GPU_CRITICAL, GPU_LOST, GPU_FAULT ->
              Optional.empty();
        };
    Optional<String> since =
        switch (warning) {
          case DECLARED_ERROR -> time("declared_at");
          case LOST_CONTACT -> time("last_seen");
          case DISK_FULL,
              DISK_CRITICAL,
              MEMORY_FULL,
              LOW_UPTIME,
              GPU_HOT,
              GPU_CRITICAL,
              GPU_LOST,
              GPU_FAULT ->
              Optional.empty();
        };
    return new HostWarning(warning.wireName(), reading, since);
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
