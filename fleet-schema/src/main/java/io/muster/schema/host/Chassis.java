package io.muster.schema.host;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The chassis of a host at one instant: the 11 keys of all-smi's schema 1, and {@code
 * energy_consumed_joules} and {@code runtime}, which are left out of the JSON if empty.
 *
 * @param totalPowerWatts sum of the power of the GPUs, W; empty unless it is above 0
 * @param fanSpeeds sorted by fan id
 * @param psuStatus sorted by supply id
 * @param detail product, vendor, board, firmware, platform
 * @param energyConsumedJoules {@code totalPowerWatts} integrated over time since this host was
 *     first seen, J; never decreases, even across restarts of the collector
 * @param runtime environment that the host's operating system runs in
 */
public record Chassis(
    @Flat ReadingOrigin origin,
    OptionalDouble totalPowerWatts,
    @Flat ChassisThermal thermal,
    List<Fan> fanSpeeds,
    List<PowerSupply> psuStatus,
    Map<String, String> detail,
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
        origin, watts, thermal, fanSpeeds, psuStatus, detail, energyConsumedJoules, runtime);
  }

  /** Returns a copy with this energy counter. */
  public Chassis withEnergyConsumedJoules(OptionalDouble joules) {
    return new Chassis(
        origin, totalPowerWatts, thermal, fanSpeeds, psuStatus, detail, joules, runtime);
  }
}
