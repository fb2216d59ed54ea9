package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.shape.Refusal;
import io.muster.schema.history.DeviceReading;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The accelerators of one heartbeat. */
final class DeviceBody {
  /**
   * Stands for the memory of a device that tells only which share of it is in use: hundredths of a
   * percent. It is less than a MiB, which is the unit that memory is shown in, and so never passes
   * for a size.
   */
  private static final long SHARE_OF = 10_000;

  private DeviceBody() {}

  /** By index. Throws a {@link Refusal} when two are the same device, or stand at one place. */
  static List<DeviceReading> readings(List<Arguments> devices) {
    var places = new HashSet<Integer>();
    var identities = new HashSet<String>();
    for (var device : devices) {
      if (!places.add(index(device))) {
        throw Refusal.of(device.field("device_index"), "no two devices at one place");
      }
      if (!identities.add(uuid(device))) {
        throw Refusal.of(device.field("uuid"), "no two devices of one identity");
      }
    }
    return devices.stream()
        .map(DeviceBody::reading)
        .sorted(Comparator.comparingInt(DeviceReading::index))
        .toList();
  }

  private static DeviceReading reading(Arguments device) {
    var total = device.whole("memory_total_bytes");
    var used = device.whole("memory_used_bytes");
    var share = device.decimal("mem_usage");
    if (share.isPresent() && (total.isEmpty() || used.isEmpty())) {
      total = OptionalLong.of(total.orElse(SHARE_OF));
      used = OptionalLong.of(Math.round(share.getAsDouble() / 100 * total.getAsLong()));
    }
    return new DeviceReading(
        index(device),
        uuid(device),
        device.required("name"),
        device.decimal("usage"),
        used,
        total,
        rounded(device.decimal("temp")),
        device.decimal("power_usage"),
        slowdown(device),
        device.condition("fault"));
  }

  private static int index(Arguments device) {
    return device.integer("device_index").orElseThrow();
  }

  private static String uuid(Arguments device) {
    return device.text("uuid").orElseGet(() -> "index-" + index(device));
  }

  private static OptionalInt slowdown(Arguments device) {
    var celsius = rounded(device.decimal("slowdown_temp"));
    return celsius.isPresent()
        ? OptionalInt.of(Math.toIntExact(celsius.getAsLong()))
        : OptionalInt.empty();
  }

  private static OptionalLong rounded(OptionalDouble value) {
    return value.isPresent()
        ? OptionalLong.of(Math.round(value.getAsDouble()))
        : OptionalLong.empty();
  }
}
