package io.muster.aggregator.ingest;

import static java.util.Objects.requireNonNull;

import io.muster.schema.client.ClientId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests as parameters of the statements of ingest: an array for each column of requests, of
 * heartbeats and of devices. Confined to one context.
 */
final class IngestParameters {
  private final List<ClientBatch> batches;
  private final Map<String, Object> columns = new HashMap<>();

  IngestParameters(List<ClientBatch> batches) {
    this.batches = List.copyOf(batches);
    var heartbeats = new ArrayList<OwnedRow<HeartbeatRow>>();
    var devices = new ArrayList<OwnedRow<DeviceRow>>();
    for (var requestNumber = 1; requestNumber <= batches.size(); requestNumber++) {
      for (var heartbeat : batches.get(requestNumber - 1).rows()) {
        heartbeats.add(new OwnedRow<>(requestNumber, heartbeat));
        var heartbeatNumber = heartbeats.size();
        heartbeat.devices().forEach(device -> devices.add(new OwnedRow<>(heartbeatNumber, device)));
      }
    }
    addRequests();
    addHeartbeats(heartbeats);
    addDevices(devices);
  }

  List<ClientBatch> batches() {
    return batches;
  }

  /** Returns all arrays by the names of their parameters. */
  Map<String, Object> columns() {
    return columns;
  }

  /** Returns the array of a parameter. */
  Object column(String name) {
    return requireNonNull(columns.get(name));
  }

  private void addRequests() {
    addColumn(
        "client_ids", batches, row -> ClientId.toUuid(row.receivedBatch().clientId()), UUID[]::new);
    addColumn("measured_offsets", batches, IngestParameters::measuredOffsetMillis, Long[]::new);
    addColumn(
        "received_at",
        batches,
        row -> row.receivedBatch().receivedAt().toEpochMilli(),
        Long[]::new);
    addColumn("oldest_at", batches, ClientBatch::oldestMillis, Long[]::new);
  }

  private void addHeartbeats(List<OwnedRow<HeartbeatRow>> rows) {
    addColumn("request_numbers", rows, OwnedRow::ownerNumber, Integer[]::new);
    addColumn("at", rows, row -> row.value().atMillis(), Long[]::new);
    addColumn("cpu", rows, row -> (short) row.value().heartbeat().cpuPercent(), Short[]::new);
    addColumn("mem", rows, row -> (short) row.value().heartbeat().memoryPercent(), Short[]::new);
    addColumn("disk", rows, row -> (short) row.value().heartbeat().diskPercent(), Short[]::new);
    addColumn("net_up", rows, row -> row.value().heartbeat().networkUpBytes(), Long[]::new);
    addColumn("net_down", rows, row -> row.value().heartbeat().networkDownBytes(), Long[]::new);
    addColumn("gpu_flags", rows, row -> row.value().gpuFlags(), Short[]::new);
    addColumn(
        "device_counts",
        rows,
        row -> (short) row.value().heartbeat().devices().size(),
        Short[]::new);
    addColumn("centi_tflops", rows, row -> row.value().centiTflops(), Integer[]::new);
  }

  private void addDevices(List<OwnedRow<DeviceRow>> rows) {
    addColumn("heartbeat_numbers", rows, OwnedRow::ownerNumber, Integer[]::new);
    addColumn("device_indexes", rows, row -> row.value().index(), Short[]::new);
    addColumn("device_uuids", rows, row -> row.value().uuid(), String[]::new);
    addColumn("device_names", rows, row -> row.value().name(), String[]::new);
    addColumn("device_mem_total", rows, row -> row.value().memoryMib(), Integer[]::new);
    addColumn("device_temp", rows, row -> row.value().temperatureCelsius(), Short[]::new);
    addColumn("device_usage", rows, row -> row.value().usagePercent(), Short[]::new);
    addColumn("device_mem", rows, row -> row.value().memoryPercent(), Short[]::new);
    addColumn("device_power", rows, row -> row.value().powerWatts(), Integer[]::new);
  }

  private <E, T> void addColumn(
      String name,
      List<E> rows,
      Function<E, @Nullable T> value,
      IntFunction<@Nullable T[]> newArray) {
    columns.put(name, rows.stream().map(value).toArray(newArray));
  }

  private static @Nullable Long measuredOffsetMillis(ClientBatch batch) {
    var offsetMillis = batch.receivedBatch().measuredOffsetMillis();
    return offsetMillis.isPresent() ? offsetMillis.getAsLong() : null;
  }

  /**
   * A row with the number of its owner.
   *
   * @param ownerNumber number of the request, or of the heartbeat, from 1
   */
  private record OwnedRow<T>(int ownerNumber, T value) {}
}
