package io.muster.schema.state;

import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static io.muster.schema.gpu.GpuReading.TEMPERATURE;
import static io.muster.schema.gpu.GpuReading.USED_MEMORY;
import static io.muster.schema.gpu.GpuReading.UTILIZATION;

import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuState;
import java.util.OptionalInt;

/**
 * The state of a GPU and its main readings in whole numbers, of which any may be absent.
 *
 * @param utilizationPercent 0..100
 * @param usedMemoryMib memory in use, MiB
 * @param powerWatts power draw, W
 * @param temperatureCelsius temperature of the chip, °C
 */
public record GpuSummary(
    GpuState state,
    OptionalInt utilizationPercent,
    OptionalInt usedMemoryMib,
    OptionalInt powerWatts,
    OptionalInt temperatureCelsius) {
  private static final double MIB = 1 << 20;

  static GpuSummary of(Gpu gpu) {
    var values = gpu.values();
    return new GpuSummary(
        GpuState.of(gpu),
        whole(values.orNan(UTILIZATION)),
        mib(values.orNan(USED_MEMORY)),
        whole(values.orNan(POWER_CONSUMPTION)),
        whole(values.orNan(TEMPERATURE)));
  }

  /** Returns the summary of a GPU that could not be read. */
  public static GpuSummary withoutReadings(GpuState state) {
    return new GpuSummary(
        state, OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  }

  /** Returns the nearest whole number; empty if the value is NaN. */
  public static OptionalInt whole(double value) {
    return Double.isNaN(value) ? OptionalInt.empty() : OptionalInt.of((int) Math.round(value));
  }

  /** Returns bytes as MiB; empty if the value is NaN. */
  public static OptionalInt mib(double bytes) {
    return whole(bytes / MIB);
  }
}
