package io.muster.aggregator;

import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One heartbeat with its sender: a row of the batch statement. */
record Beat(UUID client, Heartbeat heartbeat) {
  private static final double MIB = 1 << 20;

  static Stream<Beat> of(HeartbeatBatch batch) {
    var client = ClientId.toUuid(batch.clientId());
    return batch.heartbeats().stream().map(heartbeat -> new Beat(client, heartbeat));
  }

  OffsetDateTime at() {
    return Instant.ofEpochMilli(heartbeat.atMillis()).atOffset(ZoneOffset.UTC);
  }

  Stream<Device> devices() {
    return heartbeat.devices().stream().map(reading -> new Device(this, reading));
  }

  /** One device of a heartbeat. A missing reading is null, as the columns hold it. */
  record Device(Beat beat, DeviceReading reading) {
    @Nullable Integer memoryMib() {
      var total = reading.memoryTotalBytes();
      return total.isPresent() ? (int) Math.round(total.getAsLong() / MIB) : null;
    }

    @Nullable Short temperature() {
      var celsius = reading.temperatureCelsius();
      return celsius.isPresent() ? (short) celsius.getAsLong() : null;
    }

    @Nullable Short usagePercent() {
      return percent(reading.usagePercent());
    }

    @Nullable Short memoryPercent() {
      var used = reading.memoryUsedBytes();
      var total = reading.memoryTotalBytes();
      return used.isPresent() && total.isPresent() && total.getAsLong() > 0
          ? percent(OptionalDouble.of(100.0 * used.getAsLong() / total.getAsLong()))
          : null;
    }

    @Nullable Integer powerWatts() {
      var watts = reading.powerWatts();
      return watts.isPresent() ? (int) Math.round(watts.getAsDouble()) : null;
    }

    private static @Nullable Short percent(OptionalDouble value) {
      return value.isPresent()
          ? (short) Math.round(Math.max(0, Math.min(100, value.getAsDouble())))
          : null;
    }
  }
}
