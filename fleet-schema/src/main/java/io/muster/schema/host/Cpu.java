package io.muster.schema.host;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The CPUs of a host at one instant: the 20 keys of all-smi's schema 1, and after {@code time} an
 * additional key, which is left out of the JSON if empty.
 *
 * @param index always 0
 * @param hostId name of the host, also in {@code hostname} and {@code instance}
 * @param cpuModel model name of the first CPU
 * @param architecture as printed by {@code uname -m}
 * @param platformType vendor of the CPU
 * @param socketCount CPU packages
 * @param totalCores physical cores
 * @param totalThreads logical CPUs
 * @param baseFrequencyMhz MHz; 0 if not reported
 * @param maxFrequencyMhz MHz; 0 if not reported
 * @param cacheSizeMb last-level cache, MB
 * @param utilization busy share of all CPUs since the last tick, percent 0..100; empty before the
 *     second reading
 * @param temperature of the package, °C
 * @param powerConsumption of the package, W
 * @param perSocketInfo sorted by socket id
 * @param appleSiliconInfo Apple chips only
 * @param perCoreUtilization sorted by core id
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 * @param energyConsumedJoules energy consumed by all packages since this host was first seen, J;
 *     never decreases, even across restarts of the collector
 */
public record Cpu(
    int index,
    String hostId,
    String hostname,
    String instance,
    String cpuModel,
    String architecture,
    PlatformType platformType,
    int socketCount,
    int totalCores,
    int totalThreads,
    int baseFrequencyMhz,
    int maxFrequencyMhz,
    int cacheSizeMb,
    OptionalDouble utilization,
    OptionalInt temperature,
    OptionalDouble powerConsumption,
    List<CpuSocket> perSocketInfo,
    Optional<AppleSilicon> appleSiliconInfo,
    List<CpuCore> perCoreUtilization,
    String time,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalDouble energyConsumedJoules) {
  public Cpu {
    perSocketInfo = List.copyOf(perSocketInfo);
    perCoreUtilization = List.copyOf(perCoreUtilization);
  }

  /** Returns a copy with this energy counter. */
  public Cpu withEnergyConsumedJoules(OptionalDouble joules) {
    return new Cpu(
        index,
        hostId,
        hostname,
        instance,
        cpuModel,
        architecture,
        platformType,
        socketCount,
        totalCores,
        totalThreads,
        baseFrequencyMhz,
        maxFrequencyMhz,
        cacheSizeMb,
        utilization,
        temperature,
        powerConsumption,
        perSocketInfo,
        appleSiliconInfo,
        perCoreUtilization,
        time,
        joules);
  }
}
