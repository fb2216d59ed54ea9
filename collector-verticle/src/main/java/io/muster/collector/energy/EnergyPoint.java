package io.muster.collector.energy;

import java.util.OptionalDouble;

/**
 * What one subject told at one instant. Numbers that cannot be are no readings.
 *
 * @param nanos when, on the clock of elapsed time
 * @param counterJoules counter of the hardware, J since any instant of its own; falls back when the
 *     hardware starts anew
 * @param watts power, 0 to {@link #MAX_WATTS}; more counts as that
 */
record EnergyPoint(long nanos, OptionalDouble counterJoules, OptionalDouble watts) {
  /** More than any GPU, CPU or chassis draws. */
  static final double MAX_WATTS = 100_000;

  EnergyPoint {
    counterJoules = possible(counterJoules);
    watts = clamped(possible(watts));
  }

  boolean isEmpty() {
    return counterJoules.isEmpty() && watts.isEmpty();
  }

  /** The same point, as if the hardware had no counter. */
  EnergyPoint withoutCounter() {
    return new EnergyPoint(nanos, OptionalDouble.empty(), watts);
  }

  private static OptionalDouble possible(OptionalDouble value) {
    double number = value.orElse(Double.NaN);
    return Double.isFinite(number) && number >= 0 ? value : OptionalDouble.empty();
  }

  private static OptionalDouble clamped(OptionalDouble watts) {
    return watts.orElse(0) > MAX_WATTS ? OptionalDouble.of(MAX_WATTS) : watts;
  }
}
