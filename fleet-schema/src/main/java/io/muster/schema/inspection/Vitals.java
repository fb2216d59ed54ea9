package io.muster.schema.inspection;

import io.muster.schema.json.Flat;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The fast-changing readings of a host at one instant.
 *
 * @param atMillis end of the collection by the host's clock, milliseconds since the epoch
 * @param networks every interface, including loopback
 * @param gpus in the order of the driver
 */
public record Vitals(
    long atMillis,
    @Flat CpuVitals cpu,
    @Flat MemoryVitals memory,
    List<NetworkInterface> networks,
    List<GpuVitals> gpus) {
  public Vitals {
    networks = List.copyOf(networks);
    gpus = List.copyOf(gpus);
  }

  /** Returns a copy with these accelerators. */
  public Vitals withGpus(List<GpuVitals> newGpus) {
    return new Vitals(atMillis, cpu, memory, networks, newGpus);
  }

  /**
   * The CPUs.
   *
   * @param cpuModel model name of the first CPU
   * @param cpuPercent busy share of all CPUs since the previous collection, 0..100; empty if not
   *     readable
   * @param perCpuPercent the same for each logical CPU, in the order of the operating system
   * @param cpuCelsius temperature of the package
   */
  public record CpuVitals(
      String cpuModel,
      OptionalDouble cpuPercent,
      List<Double> perCpuPercent,
      OptionalDouble cpuCelsius) {
    public CpuVitals {
      perCpuPercent = List.copyOf(perCpuPercent);
    }
  }

  /**
   * The memory.
   *
   * @param memoryTotalBytes installed memory, or the memory limit of the container
   * @param memoryUsedBytes total - available
   * @param swapTotalBytes 0 without swap
   */
  public record MemoryVitals(
      long memoryTotalBytes, long memoryUsedBytes, long swapTotalBytes, long swapUsedBytes) {}
}
