package io.muster.collector.loop;

import io.muster.collector.energy.EnergyLedger;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.HostReading.NetworkCounters;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.ProcessEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the sources of the sample host answer. */
final class LoopSamples {
  static final NetworkCounters NETWORK = new NetworkCounters(1_000, 2_000);

  private LoopSamples() {}

  /** Counters at their start, for which no time passes. */
  static EnergyLedger energy() {
    return new EnergyLedger(Duration.ofSeconds(3), () -> 0, () -> Instant.EPOCH);
  }

  static HostReading host(Optional<List<ProcessEntry>> processes) {
    var sample = FrameTestData.readings("gpu-01");
    var chassis = sample.chassis().get(0).withTotalPowerWatts(OptionalDouble.empty());
    return new HostReading(
        sample.cpus().stream().findFirst(),
        sample.memory().stream().findFirst(),
        Optional.of(chassis),
        sample.storage(),
        processes,
        Optional.of(NETWORK),
        List.of());
  }

  static GpuReading gpus(List<Gpu> gpus) {
    return new GpuReading(gpus, List.of(), List.of(), gpus.size() + " x sample");
  }
}
