package io.muster.collector.loop;

import io.muster.collector.energy.EnergyCounters;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.HostReadings.NetworkCounters;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.ProcessEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Readings of the sources of the sample host. */
final class ReadingFixtures {
  static final NetworkCounters NETWORK = new NetworkCounters(1_000, 2_000);

  private ReadingFixtures() {}

  /** Counters without a value, with a clock that stands still. */
  static EnergyCounters newEnergyCounters() {
    return new EnergyCounters(Duration.ofSeconds(3), () -> 0, () -> Instant.EPOCH);
  }

  static HostReadings hostReadings(Optional<List<ProcessEntry>> processes) {
    var sample = FrameTestData.readings("gpu-01");
    var chassis = sample.chassis().get(0).withTotalPowerWatts(OptionalDouble.empty());
    return new HostReadings(
        sample.cpus().stream().findFirst(),
        sample.memory().stream().findFirst(),
        Optional.of(chassis),
        sample.storage(),
        processes,
        Optional.of(NETWORK),
        List.of());
  }

  static GpuReadings gpuReadings(List<Gpu> gpus) {
    return new GpuReadings(gpus, List.of(), List.of(), gpus.size() + " x sample");
  }
}
