package io.muster.schema.host;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The CPUs of a host at one instant: the 20 keys of all-smi's schema 1.
 *
 * @param index always 0
 * @param hostId host, and the same in {@code hostname} and {@code instance}
 * @param cpuModel model name of the first CPU
 * @param architecture as {@code uname -m} prints it
 * @param platformType maker
 * @param socketCount CPU packages
 * @param totalCores physical cores
 * @param totalThreads logical CPUs
 * @param baseFrequencyMhz MHz; 0 where the system does not tell
 * @param maxFrequencyMhz MHz; 0 where the system does not tell
 * @param cacheSizeMb last-level cache, MB
 * @param utilization busy share of all CPUs since the last tick, percent 0..100; empty before the
 *     second reading
 * @param temperature of the package, °C
 * @param powerConsumption of the package, W
 * @param perSocketInfo by socket id
 * @param appleSiliconInfo Apple chips only
 * @param perCoreUtilization by core id
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
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
    String time) {
  public Cpu {
    perSocketInfo = List.copyOf(perSocketInfo);
    perCoreUtilization = List.copyOf(perCoreUtilization);
  }
}
