package io.muster.schema.state;

import static io.muster.schema.gpu.GpuReading.TEMPERATURE_THRESHOLD_SLOWDOWN;
import static io.muster.schema.gpu.GpuReading.TOTAL_MEMORY;

import io.muster.schema.gpu.Gpu;
import java.util.OptionalInt;

/**
 * The readings of a GPU that rarely change, and that give meaning to the others.
 *
 * @param memoryTotalMib size of the memory, MiB
 * @param powerLimitWatts current limit of its power draw, W
 * @param slowdownCelsius temperature at which it reduces its clocks, °C
 */
public record GpuFacts(
    String uuid,
    String name,
    OptionalInt memoryTotalMib,
    OptionalInt powerLimitWatts,
    OptionalInt slowdownCelsius) {
  /** The key of the power limit in the details of a GPU. */
  private static final String POWER_LIMIT = "power_limit_current";

  static GpuFacts of(Gpu gpu) {
    return new GpuFacts(
        gpu.uuid(),
        gpu.name(),
        GpuSummary.mib(gpu.values().orNan(TOTAL_MEMORY)),
        powerLimitWatts(gpu),
        GpuSummary.whole(gpu.values().orNan(TEMPERATURE_THRESHOLD_SLOWDOWN)));
  }

  /** Returns these facts, with those of an earlier frame that are not reported now. */
  GpuFacts orElse(GpuFacts earlier) {
    return new GpuFacts(
        uuid,
        name,
        memoryTotalMib.isPresent() ? memoryTotalMib : earlier.memoryTotalMib,
        powerLimitWatts.isPresent() ? powerLimitWatts : earlier.powerLimitWatts,
        slowdownCelsius.isPresent() ? slowdownCelsius : earlier.slowdownCelsius);
  }

  private static OptionalInt powerLimitWatts(Gpu gpu) {
    var text = gpu.detail().get(POWER_LIMIT);
    try {
      return text == null ? OptionalInt.empty() : GpuSummary.whole(Double.parseDouble(text));
    } catch (NumberFormatException notReported) {
      return OptionalInt.empty();
    }
  }
}
