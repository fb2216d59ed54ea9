package io.muster.api.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/** Conversions to the number formats of the messages. */
final class UsageValues {
  private static final int MEBIBYTE_BITS = 20;

  private UsageValues() {}

  /** Returns a percentage of 0..100 with one decimal. */
  static double percent(double value) {
    return roundToTenths(clampedPercent(value));
  }

  static double clampedPercent(double value) {
    return Math.min(100, Math.max(0, value));
  }

  /** Rounds to one decimal; empty if not finite. */
  static OptionalDouble roundToTenths(OptionalDouble value) {
    return value.stream().filter(Double::isFinite).map(UsageValues::roundToTenths).findFirst();
  }

  /** Returns whole MiB, rounded down; the protocol calls them MB. */
  static long mebibytes(long bytes) {
    return Math.max(0, bytes) >> MEBIBYTE_BITS;
  }

  /** Rounds half up, based on the shortest decimal form: 62.85 becomes 62.9. */
  private static double roundToTenths(double value) {
    return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).doubleValue();
  }
}
