package io.muster.collector;

import io.muster.collector.host.LinuxHostSource;
import io.muster.collector.nvml.NvmlSource;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.oshi.OshiHostSource;
import io.muster.collector.simulation.SimulatedGpuSource;
import io.muster.collector.simulation.SimulatedHostSource;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.HostReadings;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The sources of the hosts of a collector: a new source is a package and one line here. Each source
 * has a name, which its lane, metrics and errors have too; the type of its readings determines the
 * sections of the frame that it fills.
 */
final class SourceCatalog {
  private final CollectorConfig config;
  private final LongSupplier nanoTime;

  /**
   * Creates the catalog; opens nothing.
   *
   * @param nanoTime elapsed time, ns
   */
  SourceCatalog(CollectorConfig config, LongSupplier nanoTime) {
    this.config = config;
    this.nanoTime = nanoTime;
  }

  /** The sources of this machine. */
  HostSources local() {
    return new HostSources(
        this::openLocalHost, List.of(() -> new NvmlSource(NvmlLibrary.system(), nanoTime)));
  }

  /** The sources of a simulated host. */
  HostSources simulated(String hostname) {
    var spec = config.simulation().spec().orElseThrow();
    long seed = config.simulation().seedOf(hostname);
    return new HostSources(
        () -> new SimulatedHostSource(spec, seed),
        List.of(() -> new SimulatedGpuSource(spec, seed)));
  }

  private HardwareSource<HostReadings> openLocalHost() {
    return HostPlatform.isLinux()
        ? new LinuxHostSource(config.host().root(), nanoTime)
        : new OshiHostSource(nanoTime);
  }

  /**
   * The sources of one host. Each call of a supplier opens a source, which has read nothing yet.
   *
   * @param host source of everything except accelerators
   * @param gpus sources of the accelerators, in the order of a frame
   */
  record HostSources(
      Supplier<HardwareSource<HostReadings>> host,
      List<Supplier<HardwareSource<GpuReadings>>> gpus) {}
}
