package io.muster.schema.frame;

import io.muster.schema.gpu.Gpu;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The few numbers of a frame that travel outside its sections, so that lists of hosts need no
 * decoding.
 *
 * @param gpuCount accelerators of the host, those that do not answer included
 * @param gpuUtilizationPercent mean over those that tell, 0..100
 * @param gpuPowerWatts sum over those that tell, W
 * @param cpuUtilizationPercent of the host, 0..100
 * @param memoryUtilizationPercent of the host, 0..100
 */
public record FrameSummary(
    int gpuCount,
    OptionalDouble gpuUtilizationPercent,
    OptionalDouble gpuPowerWatts,
    OptionalDouble cpuUtilizationPercent,
    OptionalDouble memoryUtilizationPercent) {

  /** Computes the headline of a set of readings. */
  public static FrameSummary of(Readings readings) {
    var gpus = readings.gpus();
    var watts = sum(gpus.stream().map(Gpu::powerConsumption).toList());
    return new FrameSummary(
        gpus.size(),
        gpus.stream().flatMapToDouble(gpu -> gpu.utilization().stream()).average(),
        watts,
        readings.cpus().stream().flatMapToDouble(cpu -> cpu.utilization().stream()).average(),
        readings.memory().stream().mapToDouble(memory -> memory.utilization()).average());
  }

  /** Sum of the values that are there; empty when none is. */
  static OptionalDouble sum(List<OptionalDouble> values) {
    return values.stream().flatMapToDouble(OptionalDouble::stream).reduce(Double::sum);
  }
}
