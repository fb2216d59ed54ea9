package io.muster.schema.frame;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

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
    return new FrameSummary(
        gpus.size(),
        gpus.stream().flatMapToDouble(gpu -> gpu.value(UTILIZATION).stream()).average(),
        gpus.stream()
            .flatMapToDouble(gpu -> gpu.value(POWER_CONSUMPTION).stream())
            .reduce(Double::sum),
        readings.cpus().stream()
            .flatMapToDouble(cpu -> cpu.readings().utilization().stream())
            .average(),
        readings.memory().stream().mapToDouble(memory -> memory.utilization()).average());
  }
}
