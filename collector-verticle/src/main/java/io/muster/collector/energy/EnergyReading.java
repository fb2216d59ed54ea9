package io.muster.collector.energy;

import java.util.OptionalDouble;

/**
 * The reading of one subject at one instant. Impossible numbers are treated as not reported.
 *
 * @param atNanos instant of the reading on the clock of elapsed time, ns
 * @param hardwareJoules counter of the hardware, J since an arbitrary instant; restarts from zero
 *     with the hardware
 * @param powerWatts power, 0 to {@link #MAX_WATTS}; higher values are clamped
 */
record EnergyReading(long atNanos, OptionalDouble hardwareJoules, OptionalDouble powerWatts) {
  /** More than any GPU, CPU or chassis draws. */
  static final double MAX_WATTS = 100_000;

  EnergyReading {
    hardwareJoules = validOrEmpty(hardwareJoules);
    powerWatts = clamp(validOrEmpty(powerWatts));
  }

  boolean isEmpty() {
    return hardwareJoules.isEmpty() && powerWatts.isEmpty();
  }

  /** Returns this reading without the hardware's counter. */
  EnergyReading withoutHardwareJoules() {
    return new EnergyReading(atNanos, OptionalDouble.empty(), powerWatts);
  }

  private static OptionalDouble validOrEmpty(OptionalDouble value) {
    double number = value.orElse(Double.NaN);
    return Double.isFinite(number) && number >= 0 ? value : OptionalDouble.empty();
  }

  private static OptionalDouble clamp(OptionalDouble powerWatts) {
    return powerWatts.orElse(0) > MAX_WATTS ? OptionalDouble.of(MAX_WATTS) : powerWatts;
  }
}
