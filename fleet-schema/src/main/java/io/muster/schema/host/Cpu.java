package io.muster.schema.host;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The CPUs of a host at one instant: the 20 keys of all-smi's schema 1, and {@code
 * energy_consumed_joules}, which is left out of the JSON if empty.
 *
 * @param index always 0
 * @param perSocketInfo sorted by socket id
 * @param appleSiliconInfo Apple chips only
 * @param perCoreUtilization sorted by core id
 * @param energyConsumedJoules energy consumed by all packages since this host was first seen, J;
 *     never decreases, even across restarts of the collector
 */
public record Cpu(
    int index,
    @Flat ReadingOrigin origin,
    @Flat CpuHardware hardware,
    @Flat CpuReadings readings,
    List<CpuSocket> perSocketInfo,
    Optional<AppleSilicon> appleSiliconInfo,
    List<CpuCore> perCoreUtilization,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalDouble energyConsumedJoules) {
  public Cpu {
    perSocketInfo = List.copyOf(perSocketInfo);
    perCoreUtilization = List.copyOf(perCoreUtilization);
  }

  /** Returns a copy with this energy counter. */
  public Cpu withEnergyConsumedJoules(OptionalDouble joules) {
    return new Cpu(
        index,
        origin,
        hardware,
        readings,
        perSocketInfo,
        appleSiliconInfo,
        perCoreUtilization,
        joules);
  }
}
