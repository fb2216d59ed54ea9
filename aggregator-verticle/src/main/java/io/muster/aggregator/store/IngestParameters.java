package io.muster.aggregator.store;

import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests as parameters of {@link IngestSql}: an array for each column of requests, of heartbeats
 * and of devices. Confined to one context.
 */
final class IngestParameters {
  private final List<ClientBatch> batches;
  private final List<OwnedRow<HeartbeatRow>> heartbeats = new ArrayList<>();
  private final List<OwnedRow<DeviceRow>> devices = new ArrayList<>();
  private final List<Object> columns = new ArrayList<>();

  IngestParameters(List<ClientBatch> batches) {
    this.batches = List.copyOf(batches);
    for (var requestNumber = 1; requestNumber <= batches.size(); requestNumber++) {
      for (var heartbeat : batches.get(requestNumber - 1).rows()) {
        heartbeats.add(new OwnedRow<>(requestNumber, heartbeat));
        var heartbeatNumber = heartbeats.size();
        heartbeat.devices().forEach(device -> devices.add(new OwnedRow<>(heartbeatNumber, device)));
      }
    }
    addRequests();
    addHeartbeats();
    addDevices();
  }

  List<ClientBatch> batches() {
    return batches;
  }

  /** Returns the clients, $1. */
  Tuple clientTuple() {
    return Tuple.of(columns.get(0));
  }

  /** Returns the clients and the measured offsets of their clocks, $1 and $2, and the time, $3. */
  Tuple clockTuple(OffsetDateTime now) {
    return Tuple.of(columns.get(0), columns.get(1), now);
  }

  /** Returns all arrays, $1 to $23, and the parameters that follow them. */
  Tuple storeTuple(Object... additional) {
    var parameters = new ArrayList<>(columns);
    parameters.addAll(List.of(additional));
    return Tuple.wrap(parameters);
  }

  private void addRequests() {
    addColumn(batches, batch -> ClientId.toUuid(batch.receivedBatch().clientId()), UUID[]::new);
    addColumn(batches, IngestParameters::measuredOffsetMillis, Long[]::new);
    addColumn(batches, batch -> batch.receivedBatch().receivedAt().toEpochMilli(), Long[]::new);
    addColumn(batches, ClientBatch::oldestMillis, Long[]::new);
  }

  private void addHeartbeats() {
    addColumn(heartbeats, OwnedRow::ownerNumber, Integer[]::new);
    addColumn(heartbeats, row -> row.value().atMillis(), Long[]::new);
    addColumn(heartbeats, row -> row.value().cpuPercent(), Short[]::new);
    addColumn(heartbeats, row -> row.value().memoryPercent(), Short[]::new);
    addColumn(heartbeats, row -> row.value().diskPercent(), Short[]::new);
    addColumn(heartbeats, row -> row.value().heartbeat().networkUpBytes(), Long[]::new);
    addColumn(heartbeats, row -> row.value().heartbeat().networkDownBytes(), Long[]::new);
    addColumn(heartbeats, row -> row.value().gpuFlags(), Short[]::new);
    addColumn(heartbeats, row -> row.value().deviceCount(), Short[]::new);
    addColumn(heartbeats, row -> row.value().centiTflops(), Integer[]::new);
  }

  private void addDevices() {
    addColumn(devices, OwnedRow::ownerNumber, Integer[]::new);
    addColumn(devices, row -> row.value().index(), Short[]::new);
    addColumn(devices, row -> row.value().uuid(), String[]::new);
    addColumn(devices, row -> row.value().name(), String[]::new);
    addColumn(devices, row -> row.value().memoryMib(), Integer[]::new);
    addColumn(devices, row -> row.value().temperatureCelsius(), Short[]::new);
    addColumn(devices, row -> row.value().usagePercent(), Short[]::new);
    addColumn(devices, row -> row.value().memoryPercent(), Short[]::new);
    addColumn(devices, row -> row.value().powerWatts(), Integer[]::new);
  }

  private <E, T> void addColumn(
      List<E> rows, Function<E, @Nullable T> value, IntFunction<@Nullable T[]> newArray) {
    var array = newArray.apply(rows.size());
    for (var index = 0; index < array.length; index++) {
      array[index] = value.apply(rows.get(index));
    }
    columns.add(array);
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
