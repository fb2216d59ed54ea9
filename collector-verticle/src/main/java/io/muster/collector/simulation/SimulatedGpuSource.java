package io.muster.collector.simulation;

import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuIdentity;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.GpuValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Source of the GPU readings of one simulated host. Used by the lane's thread only. */
public final class SimulatedGpuSource implements HardwareSource<GpuReadings> {
  private static final String DRIVER_VERSION = "580.95.05";

  // "SIM" in ASCII, where the UUIDs of real GPUs have arbitrary bits.
  private static final long UUID_MARKER = 0x5349_4D00_0000_0000L;

  private static final double IDLE_POWER_RATIO = 0.12;
  private static final int IDLE_CELSIUS = 31;
  private static final int FULL_LOAD_EXTRA_CELSIUS = 42;
  private static final double MIN_BUSY_LOAD = 0.05;

  private final SimulatedGpuModel model;
  private final List<String> uuids = new ArrayList<>();
  private final List<SimulatedLoad> loads = new ArrayList<>();

  /**
   * Creates GPUs whose sequence of readings and UUIDs depend on the seed only: each host needs a
   * different one.
   */
  public SimulatedGpuSource(SimulationSpec spec, long seed) {
    model = spec.model();
    for (int index = 0; index < spec.gpusPerHost(); index++) {
      uuids.add("GPU-" + new UUID(seed, UUID_MARKER | index));
      loads.add(new SimulatedLoad(seed, index));
    }
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public GpuReadings read(ReadRequest request) {
    var gpus = new ArrayList<Gpu>();
    var processes = new ArrayList<GpuProcess>();
    for (int index = 0; index < uuids.size(); index++) {
      var load = loads.get(index).next();
      var usedBytes = usedBytes(load);
      gpus.add(toGpu(uuids.get(index), load, usedBytes, request));
      if (request.includesProcesses() && load > MIN_BUSY_LOAD) {
        processes.add(
            new GpuProcess(
                SimulatedHostSource.FIRST_PID + index,
                index,
                uuids.get(index),
                OptionalLong.of(usedBytes)));
      }
    }
    return new GpuReadings(
        gpus, processes, List.of(), uuids.size() + " x " + model.productName + ", simulated");
  }

  @Override
  public void close() {
    // There is nothing to release.
  }

  private long usedBytes(double load) {
    return load > MIN_BUSY_LOAD ? (long) (model.memoryBytes * (0.35 + 0.55 * load)) : 0;
  }

  private Gpu toGpu(String uuid, double load, long usedBytes, ReadRequest request) {
    var powerWatts = model.powerLimitWatts * (IDLE_POWER_RATIO + (1 - IDLE_POWER_RATIO) * load);
    var isBusy = load > MIN_BUSY_LOAD;
    var values =
        GpuValues.builder()
            .with(GpuReading.UTILIZATION, Math.rint(load * 100))
            .with(GpuReading.TEMPERATURE, Math.round(IDLE_CELSIUS + FULL_LOAD_EXTRA_CELSIUS * load))
            .with(GpuReading.USED_MEMORY, usedBytes)
            .with(GpuReading.TOTAL_MEMORY, model.memoryBytes)
            .with(
                GpuReading.FREQUENCY,
                isBusy ? model.maxClocks.graphicsMhz() : model.maxClocks.graphicsMhz() / 5)
            .with(GpuReading.POWER_CONSUMPTION, Math.round(powerWatts * 1000) / 1000.0)
            .with(GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN, 89)
            .with(GpuReading.TEMPERATURE_THRESHOLD_SHUTDOWN, 94)
            .with(GpuReading.TEMPERATURE_THRESHOLD_MAX_OPERATING, 87)
            .with(GpuReading.PERFORMANCE_STATE, isBusy ? 0 : 8)
            .with(GpuReading.NUMA_NODE_ID, 0)
            .with(GpuReading.GSP_FIRMWARE_MODE, 2)
            .build();
    return new Gpu(
        GpuIdentity.ofGpu(uuid, model.productName),
        request.origin(),
        values,
        Optional.of(DRIVER_VERSION),
        List.of(),
        Optional.of(GpmMetrics.NO_READINGS),
        detail(),
        Optional.empty(),
        Optional.empty());
  }

  private Map<String, String> detail() {
    var powerLimit = String.format(Locale.ROOT, "%.2f", (double) model.powerLimitWatts);
    return Map.of(
        "Driver Version",
        DRIVER_VERSION,
        "CUDA Version",
        "13.0",
        "lib_name",
        "CUDA",
        "lib_version",
        "13.0",
        "architecture",
        model.architecture,
        "clock_graphics_max",
        Integer.toString(model.maxClocks.graphicsMhz()),
        "clock_memory_max",
        Integer.toString(model.maxClocks.memoryMhz()),
        "power_limit_current",
        powerLimit,
        "power_limit_max",
        powerLimit);
  }
}
