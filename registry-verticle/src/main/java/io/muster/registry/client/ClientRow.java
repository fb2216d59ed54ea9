package io.muster.registry.client;

import io.muster.schema.client.ClientDetail.DeviceDetail;
import io.muster.schema.client.ClientDetail.HostDetail;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientSummary.Condition;
import io.muster.schema.client.ClientSummary.Equipment;
import io.muster.schema.json.WireTime;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.Optional;

/** A row about one client. */
record ClientRow(Row row) {
  ClientSummary summary() {
    var createdAt = instant("created_at").orElseThrow();
    return new ClientSummary(
        ClientId.fromUuid(row.getUUID("client_id")),
        row.getString("name"),
        row.getString("status"),
        new Equipment(text("os_type"), text("device_name"), number("tflops")),
        new Condition(number("cpu"), number("mem"), number("disk"), number("health")),
        WireTime.utcMicros(instant("last_seen").orElse(createdAt)),
        WireTime.utcMicros(createdAt),
        uptimeDays());
  }

  /**
   * @param deviceMemoryMebibytes memory of all its accelerators
   */
  HostDetail host(long deviceMemoryMebibytes) {
    return new HostDetail(
        number("health"),
        number("cpu"),
        number("mem"),
        number("disk"),
        deviceMemoryMebibytes,
        uptimeDays());
  }

  /** Memory of the row's accelerator, MiB. */
  int deviceMemoryMebibytes() {
    return number("mem_total_mb");
  }

  /** The row's accelerator, if it has one. */
  Optional<DeviceDetail> device() {
    return Optional.ofNullable(row.getInteger("device_index"))
        .map(
            index ->
                new DeviceDetail(
                    index,
                    text("device_name"),
                    number("temp"),
                    number("usage"),
                    number("mem_usage"),
                    number("power_w")));
  }

  /** Returns at least 1 for a client that has reported, even before its first day is rolled up. */
  private int uptimeDays() {
    return instant("last_seen").map(lastSeenAt -> Math.max(1, number("uptime_days"))).orElse(0);
  }

  private Optional<Instant> instant(String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
  }

  private String text(String column) {
    return Objects.requireNonNullElse(row.getString(column), "");
  }

  private int number(String column) {
    return Objects.requireNonNullElse(row.getInteger(column), 0);
  }
}
