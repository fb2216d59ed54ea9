package io.muster.schema.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The box around a host at one instant: the 11 keys of all-smi's schema 1.
 *
 * @param hostId host, and the same in {@code hostname} and {@code instance}
 * @param totalPowerWatts sum of the power of the GPUs, W; empty unless it is above 0
 * @param inletTemperature lowest ACPI thermal zone, °C
 * @param outletTemperature highest ACPI thermal zone, °C
 * @param thermalPressure macOS only, such as {@code Nominal}
 * @param fanSpeeds by fan id
 * @param psuStatus by supply id
 * @param detail product, vendor, board, firmware, platform
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 */
public record Chassis(
    String hostId,
    String hostname,
    String instance,
    OptionalDouble totalPowerWatts,
    OptionalDouble inletTemperature,
    OptionalDouble outletTemperature,
    Optional<String> thermalPressure,
    List<Fan> fanSpeeds,
    List<PowerSupply> psuStatus,
    Map<String, String> detail,
    String time) {
  public Chassis {
    fanSpeeds = List.copyOf(fanSpeeds);
    psuStatus = List.copyOf(psuStatus);
    detail = Map.copyOf(detail);
  }

  /** The same chassis with the power of its GPUs filled in. */
  public Chassis withTotalPowerWatts(OptionalDouble watts) {
    return new Chassis(
        hostId,
        hostname,
        instance,
        watts,
        inletTemperature,
        outletTemperature,
        thermalPressure,
        fanSpeeds,
        psuStatus,
        detail,
        time);
  }
}
