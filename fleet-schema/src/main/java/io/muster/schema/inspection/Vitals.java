package io.muster.schema.inspection;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The fast-changing readings of a host at one instant.
 *
 * @param atMillis end of the collection by the host's clock, milliseconds since the epoch
 * @param cpuModel model name of the first CPU
 * @param cpuPercent busy share of all CPUs since the previous collection, 0..100; empty if not
 *     readable
 * @param perCpuPercent the same for each logical CPU, in the order of the operating system
 * @param cpuCelsius temperature of the package
 * @param memoryTotalBytes installed memory, or the memory limit of the container
 * @param memoryUsedBytes total - available
 * @param swapTotalBytes 0 without swap
 * @param networks every interface, including loopback
 * @param gpus in the order of the driver
 */
public record Vitals(
    long atMillis,
    String cpuModel,
    OptionalDouble cpuPercent,
    List<Double> perCpuPercent,
    OptionalDouble cpuCelsius,
    long memoryTotalBytes,
    long memoryUsedBytes,
    long swapTotalBytes,
    long swapUsedBytes,
    List<NetworkInterface> networks,
    List<GpuVitals> gpus) {
  public Vitals {
    perCpuPercent = List.copyOf(perCpuPercent);
    networks = List.copyOf(networks);
    gpus = List.copyOf(gpus);
  }
}
