package io.muster.aggregator.ingest;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.muster.schema.client.ClientId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /**
   * @param directory knows the devices of the requests, except those of unknown clients
   */
  IngestParameters(List<ClientBatch> batches, DeviceDirectory directory) {
    this.batches = List.copyOf(batches);
    var heartbeats = new ArrayList<HeartbeatParameter>();
    var devices = new ArrayList<ReferencedDevice>();
    var clientRefs = new ArrayList<Set<Integer>>();
    for (var requestNumber = 1; requestNumber <= batches.size(); requestNumber++) {
      var ofRequest = new HashSet<Integer>();
      for (var row : batches.get(requestNumber - 1).rows()) {
        var firstDevice = devices.size() + 1;
        row.deviceList()
            .map(directory::find)
            .ifPresent(
                references -> {
                  ofRequest.add(references.clientRef());
                  appendDevices(devices, row, references);
                });
        heartbeats.add(new HeartbeatParameter(requestNumber, row, firstDevice, devices.size()));
      }
      clientRefs.add(ofRequest);
    }
    addRequests();
    addColumn("known_refs", clientRefs, IngestParameters::knownRef, Integer[]::new);
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

  private static void appendDevices(
      List<ReferencedDevice> devices, HeartbeatRow row, DeviceReferences references) {
    var deviceRefs = references.deviceRefs().iterator();
    for (var device : row.devices().orElseThrow()) {
      devices.add(new ReferencedDevice(deviceRefs.next(), device));
    }
  }

  /** Returns the client of all devices of a request: null without any, and 0 if it is not one. */
  private static @Nullable Integer knownRef(Set<Integer> clientRefs) {
    if (clientRefs.isEmpty()) {
      return null;
    }
    return clientRefs.size() == 1 ? clientRefs.iterator().next() : Integer.valueOf(0);
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

  private void addHeartbeats(List<HeartbeatParameter> rows) {
    addColumn("request_numbers", rows, HeartbeatParameter::requestNumber, Integer[]::new);
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
        row -> row.ifReported((short) row.value().heartbeat().deviceCount()),
        Short[]::new);
    addColumn("centi_tflops", rows, row -> row.value().centiTflops(), Integer[]::new);
    addColumn("first_devices", rows, row -> row.ifReported(row.firstDevice()), Integer[]::new);
    addColumn("last_devices", rows, row -> row.ifReported(row.lastDevice()), Integer[]::new);
  }

  private void addDevices(List<ReferencedDevice> rows) {
    addColumn("device_refs", rows, ReferencedDevice::deviceRef, Integer[]::new);
    addColumn("device_usage", rows, row -> orMissing(row.value().usagePercent()), Short[]::new);
    addColumn("device_mem", rows, row -> orMissing(row.value().memoryPercent()), Short[]::new);
    addColumn(
        "device_temp", rows, row -> orMissing(row.value().temperatureCelsius()), Short[]::new);
    addColumn(
        "device_power",
        rows,
        row -> requireNonNullElse(row.value().powerWatts(), Integer.MIN_VALUE),
        Integer[]::new);
  }

  private <E, T> void addColumn(
      String name,
      List<E> rows,
      Function<E, @Nullable T> value,
      IntFunction<@Nullable T[]> newArray) {
    columns.put(name, Columns.of(rows, value, newArray));
  }

  private static Short orMissing(@Nullable Short reading) {
    return requireNonNullElse(reading, Short.MIN_VALUE);
  }

  private static @Nullable Long measuredOffsetMillis(ClientBatch batch) {
    var offsetMillis = batch.receivedBatch().measuredOffsetMillis();
    return offsetMillis.isPresent() ? offsetMillis.getAsLong() : null;
  }

  /**
   * A heartbeat with the number of its request and those of its devices, from 1.
   *
   * @param lastDevice less than the first if it has none
   */
  private record HeartbeatParameter(
      int requestNumber, HeartbeatRow value, int firstDevice, int lastDevice) {
    /** Returns the value, or null if the heartbeat says nothing about devices. */
    <T> @Nullable T ifReported(T value) {
      return this.value.devices().isPresent() ? value : null;
    }
  }

  private record ReferencedDevice(int deviceRef, DeviceRow value) {}
}
