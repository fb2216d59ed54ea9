package io.muster.collector.simulation;

import io.muster.collector.source.GpuProcess;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HardwareSource;
import io.muster.collector.source.ReadRequest;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/** The GPUs of one simulated host. */
public final class SimulatedGpus implements HardwareSource<GpuReading> {
  private static final String DRIVER = "580.95.05";
  private static final long MARK = 0x5349_4D00_0000_0000L; // "SIM" where NVIDIA has anything
  private static final double IDLE_SHARE = 0.12;
  private static final int IDLE_CELSIUS = 31;
  private static final int LOAD_CELSIUS = 42;
  private static final double BUSY = 0.05;

  private final SimulatedModel model;
  private final List<String> uuids = new ArrayList<>();
  private final List<SimulatedLoad> loads = new ArrayList<>();

  /** GPUs whose course and UUIDs follow from the seed alone: every host needs its own. */
  public SimulatedGpus(SimulationSpec spec, long seed) {
    model = spec.model();
    for (int index = 0; index < spec.gpusPerHost(); index++) {
      uuids.add("GPU-" + new UUID(seed, MARK | index));
      loads.add(new SimulatedLoad(seed, index));
    }
  }

  @Override
  public String name() {
    return "simulation";
  }

  @Override
  public GpuReading read(ReadRequest request) {
    var gpus = new ArrayList<Gpu>();
    var processes = new ArrayList<GpuProcess>();
    for (int index = 0; index < uuids.size(); index++) {
      var load = loads.get(index).next();
      var used = usedBytes(load);
      gpus.add(gpu(uuids.get(index), load, used, request));
      if (request.processes() && load > BUSY) {
        processes.add(
            new GpuProcess(
                SimulatedHost.FIRST_PID + index, index, uuids.get(index), OptionalLong.of(used)));
      }
    }
    return new GpuReading(
        gpus, processes, List.of(), uuids.size() + " x " + model.productName() + ", simulated");
  }

  @Override
  public void close() {
    // Nothing was opened.
  }

  private long usedBytes(double load) {
    return load > BUSY ? (long) (model.memoryBytes() * (0.35 + 0.55 * load)) : 0;
  }

  private Gpu gpu(String uuid, double load, long usedBytes, ReadRequest request) {
    var watts = model.powerLimitWatts() * (IDLE_SHARE + (1 - IDLE_SHARE) * load);
    var host = request.host();
    return new Gpu(
        uuid,
        request.time(),
        model.productName(),
        "GPU",
        host,
        host,
        host,
        OptionalDouble.of(Math.rint(load * 100)),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.of(Math.round(IDLE_CELSIUS + LOAD_CELSIUS * load)),
        OptionalLong.of(usedBytes),
        OptionalLong.of(model.memoryBytes()),
        OptionalLong.of(load > BUSY ? model.graphicsMhz() : model.graphicsMhz() / 5),
        OptionalDouble.of(Math.round(watts * 1000) / 1000.0),
        OptionalInt.empty(),
        OptionalInt.of(89),
        OptionalInt.of(94),
        OptionalInt.of(87),
        OptionalInt.empty(),
        OptionalInt.of(load > BUSY ? 0 : 8),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalInt.of(2),
        Optional.of(DRIVER),
        List.of(),
        Optional.of(GpmMetrics.NO_READINGS),
        detail(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  private Map<String, String> detail() {
    var limit = String.format(Locale.ROOT, "%.2f", (double) model.powerLimitWatts());
    return Map.of(
        "Driver Version",
        DRIVER,
        "CUDA Version",
        "13.0",
        "lib_name",
        "CUDA",
        "lib_version",
        "13.0",
        "architecture",
        model.architecture(),
        "clock_graphics_max",
        Integer.toString(model.graphicsMhz()),
        "clock_memory_max",
        Integer.toString(model.memoryMhz()),
        "power_limit_current",
        limit,
        "power_limit_max",
        limit);
  }
}
