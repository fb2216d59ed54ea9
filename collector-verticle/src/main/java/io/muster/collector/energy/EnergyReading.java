package io.muster.collector.energy;

import java.util.OptionalDouble;

/**
 * What one subject told at one instant. Numbers that cannot be are no readings.
 *
 * @param atNanos when, on the clock of elapsed time
 * @param hardwareJoules counter of the hardware, J since any instant of its own; falls back when
 *     the hardware starts anew
 * @param powerWatts power, 0 to {@link #MAX_WATTS}; more counts as that
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

  /** The same point, as if the hardware had no counter. */
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
