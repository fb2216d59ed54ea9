package io.muster.schema.frame;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The readings of a frame that are sent outside its sections, so that lists of hosts need no
 * decoding.
 *
 * @param gpuCount accelerators of the host, including those without readings
 * @param gpuUtilizationPercent mean over the accelerators that report it, 0..100
 * @param gpuPowerWatts sum over the accelerators that report it, W
 * @param cpuUtilizationPercent of the host, 0..100
 * @param memoryUtilizationPercent of the host, 0..100
 */
public record FrameSummary(
    int gpuCount,
    OptionalDouble gpuUtilizationPercent,
    OptionalDouble gpuPowerWatts,
    OptionalDouble cpuUtilizationPercent,
    OptionalDouble memoryUtilizationPercent) {

  /** Computes the summary of the readings. */
  public static FrameSummary of(Readings readings) {
    var gpus = readings.gpus();
    var watts = sum(gpus.stream().map(gpu -> gpu.value(POWER_CONSUMPTION)).toList());
    return new FrameSummary(
        gpus.size(),
        gpus.stream().flatMapToDouble(gpu -> gpu.value(UTILIZATION).stream()).average(),
        watts,
        readings.cpus().stream()
            .flatMapToDouble(cpu -> cpu.readings().utilization().stream())
            .average(),
        readings.memory().stream().mapToDouble(memory -> memory.utilization()).average());
  }

  /** Returns the sum of the present values; empty if there is none. */
  static OptionalDouble sum(List<OptionalDouble> values) {
    return values.stream().flatMapToDouble(OptionalDouble::stream).reduce(Double::sum);
  }
}
