package io.muster.api.usage;

import io.muster.schema.inspection.GpuVitals;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.inspection.Vitals.CpuVitals;
import io.muster.schema.inspection.Vitals.MemoryVitals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A builder of vitals: by default a host with 16 CPUs, 32 GiB and no GPU. */
final class VitalsFixture {
  private static final long GIB = 1L << 30;

  private Instant at = Instant.ofEpochSecond(1_678_901_244);
  private String cpuModel = "AMD Ryzen 9 5950X 16-Core Processor";
  private OptionalDouble cpuPercent = OptionalDouble.of(45.3);
  private int cpus = 16;
  private long memoryTotalBytes = 32 * GIB;
  private long memoryUsedBytes = 20_582L << 20;
  private final List<GpuVitals> gpus = new ArrayList<>();

  static VitalsFixture of() {
    return new VitalsFixture();
  }

  /** Returns a GPU with all readings. */
  static GpuVitals gpu(String name, double percent, long usedMb, long totalMb) {
    return new GpuVitals(
        name,
        OptionalDouble.of(percent),
        OptionalLong.of(usedMb << 20),
        OptionalLong.of(totalMb << 20),
        OptionalDouble.of(61),
        OptionalDouble.of(318.25));
  }

  /** Returns a GPU that reports only its name. */
  static GpuVitals gpuWithoutReadings(String name) {
    return new GpuVitals(
        name,
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  VitalsFixture at(Instant newAt) {
    at = newAt;
    return this;
  }

  VitalsFixture cpuModel(String model) {
    cpuModel = model;
    return this;
  }

  VitalsFixture cpuPercent(OptionalDouble percent) {
    cpuPercent = percent;
    return this;
  }

  VitalsFixture cpus(int count) {
    cpus = count;
    return this;
  }

  VitalsFixture memory(long usedBytes, long totalBytes) {
    memoryUsedBytes = usedBytes;
    memoryTotalBytes = totalBytes;
    return this;
  }

  VitalsFixture gpus(GpuVitals... newGpus) {
    gpus.clear();
    Collections.addAll(gpus, newGpus);
    return this;
  }

  Vitals build() {
    return new Vitals(
        at.toEpochMilli(),
        new CpuVitals(
            cpuModel, cpuPercent, Collections.nCopies(cpus, 12.5), OptionalDouble.empty()),
        new MemoryVitals(memoryTotalBytes, memoryUsedBytes, 0, 0),
        List.of(),
        gpus);
  }
}
