package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Parses the accelerators of one heartbeat. */
final class DeviceReadingParser {
  /**
   * Total memory of a device that reports only the percentage in use: one byte for each hundredth
   * of a percent. It is less than a MiB, the unit in which memory is shown, so it never appears as
   * a size.
   */
  private static final long ASSUMED_TOTAL_BYTES = 10_000;

  private DeviceReadingParser() {}

  /**
   * Returns the readings by index. Throws a {@link BadRequestException} if two devices have the
   * same UUID or the same index.
   */
  static List<DeviceReading> parse(List<Arguments> devices) {
    var indexes = new HashSet<Integer>();
    var uuids = new HashSet<String>();
    for (var device : devices) {
      if (!indexes.add(index(device))) {
        throw BadRequestException.of(device.fieldPath("device_index"), "a unique index");
      }
      if (!uuids.add(uuid(device))) {
        throw BadRequestException.of(device.fieldPath("uuid"), "a unique uuid");
      }
    }
    return devices.stream()
        .map(DeviceReadingParser::reading)
        .sorted(Comparator.comparingInt(each -> each.device().index()))
        .toList();
  }

  private static DeviceReading reading(Arguments device) {
    var totalBytes = device.longInteger("memory_total_bytes");
    var usedBytes = device.longInteger("memory_used_bytes");
    var usedPercent = device.decimal("mem_usage");
    if (usedPercent.isPresent() && (totalBytes.isEmpty() || usedBytes.isEmpty())) {
      totalBytes = OptionalLong.of(totalBytes.orElse(ASSUMED_TOTAL_BYTES));
      usedBytes =
          OptionalLong.of(Math.round(usedPercent.getAsDouble() / 100 * totalBytes.getAsLong()));
    }
    return new DeviceReading(
        new DeviceIdentity(index(device), uuid(device), device.requiredText("name")),
        device.decimal("usage"),
        new DeviceMemory(usedBytes, totalBytes),
        round(device.decimal("temp")),
        device.decimal("power_usage"),
        slowdownCelsius(device),
        device.nonEmptyText("fault"));
  }

  private static int index(Arguments device) {
    return device.integer("device_index").orElseThrow();
  }

  private static String uuid(Arguments device) {
    return device.text("uuid").orElseGet(() -> "index-" + index(device));
  }

  private static OptionalInt slowdownCelsius(Arguments device) {
    var celsius = round(device.decimal("slowdown_temp"));
    return celsius.isPresent()
        ? OptionalInt.of(Math.toIntExact(celsius.getAsLong()))
        : OptionalInt.empty();
  }

  private static OptionalLong round(OptionalDouble value) {
    return value.isPresent()
        ? OptionalLong.of(Math.round(value.getAsDouble()))
        : OptionalLong.empty();
  }
}
