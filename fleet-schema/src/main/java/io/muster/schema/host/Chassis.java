package io.muster.schema.host;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The chassis of a host at one instant: the 11 keys of all-smi's schema 1, and after {@code time}
 * additional keys, which are left out of the JSON if empty.
 *
 * @param hostId name of the host, also in {@code hostname} and {@code instance}
 * @param totalPowerWatts sum of the power of the GPUs, W; empty unless it is above 0
 * @param inletTemperature lowest ACPI thermal zone, °C
 * @param outletTemperature highest ACPI thermal zone, °C
 * @param thermalPressure macOS only, such as {@code Nominal}
 * @param fanSpeeds sorted by fan id
 * @param psuStatus sorted by supply id
 * @param detail product, vendor, board, firmware, platform
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 * @param energyConsumedJoules {@code totalPowerWatts} integrated over time since this host was
 *     first seen, J; never decreases, even across restarts of the collector
 * @param runtime environment that the host's operating system runs in
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
    String time,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalDouble energyConsumedJoules,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<RuntimeEnvironment> runtime) {
  public Chassis {
    fanSpeeds = List.copyOf(fanSpeeds);
    psuStatus = List.copyOf(psuStatus);
    detail = Map.copyOf(detail);
  }

  /** Returns a copy with this power of its GPUs. */
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
        time,
        energyConsumedJoules,
        runtime);
  }

  /** Returns a copy with this energy counter. */
  public Chassis withEnergyConsumedJoules(OptionalDouble joules) {
    return new Chassis(
        hostId,
        hostname,
        instance,
        totalPowerWatts,
        inletTemperature,
        outletTemperature,
        thermalPressure,
        fanSpeeds,
        psuStatus,
        detail,
        time,
        joules,
        runtime);
  }

  /** Returns a copy with this runtime environment. */
  public Chassis withRuntime(Optional<RuntimeEnvironment> environment) {
    return new Chassis(
        hostId,
        hostname,
        instance,
        totalPowerWatts,
        inletTemperature,
        outletTemperature,
        thermalPressure,
        fanSpeeds,
        psuStatus,
        detail,
        time,
        energyConsumedJoules,
        environment);
  }
}
