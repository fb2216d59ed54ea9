package io.muster.api.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/** Numbers as the messages have them. */
final class UsageValues {
  private static final int MEBIBYTE_BITS = 20;

  private UsageValues() {}

  /** 0..100 with one decimal. */
  static double percent(double value) {
    return roundToTenths(clampedPercent(value));
  }

  static double clampedPercent(double value) {
    return Math.min(100, Math.max(0, value));
  }

  /** With one decimal; empty when it is no number. */
  static OptionalDouble roundToTenths(OptionalDouble value) {
    return value.stream().filter(Double::isFinite).map(UsageValues::roundToTenths).findFirst();
  }

  /** Whole MiB, rounded down: what the protocol calls MB. */
  static long mebibytes(long bytes) {
    return Math.max(0, bytes) >> MEBIBYTE_BITS;
  }

  /** Half is rounded up, as the shortest decimal has it: 62.85 is 62.9. */
  private static double roundToTenths(double value) {
    return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP).doubleValue();
  }
}
