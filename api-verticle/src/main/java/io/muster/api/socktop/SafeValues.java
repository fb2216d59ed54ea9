package io.muster.api.socktop;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Conversions to values that are safe for the client program: it crashes on a part that is larger
 * than its total, and on a text that it truncates inside a character.
 */
final class SafeValues {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private SafeValues() {}

  /** Replaces each character that is not printable ASCII by {@code ?}. */
  static String ascii(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /** Returns a percentage from 0 to 100, rounded to hundredths; 0 if not finite. */
  static double percent(double value) {
    return Math.min(nonNegativeHundredths(value), 100);
  }

  /** Returns a non-negative number, rounded to hundredths; 0 if not finite. */
  static double nonNegativeHundredths(double value) {
    return Double.isFinite(value) ? Math.max(roundToHundredths(value), 0) : 0;
  }

  /** Returns a temperature, rounded to hundredths, also below zero; empty if not finite. */
  static OptionalDouble celsius(OptionalDouble value) {
    return value.stream().filter(Double::isFinite).map(SafeValues::roundToHundredths).findFirst();
  }

  /** Returns a size or counter, at least 0. */
  static long nonNegative(long value) {
    return Math.max(value, 0);
  }

  /** Returns a part, at least 0 and at most its total. */
  static long portion(long value, long total) {
    return Math.min(nonNegative(value), nonNegative(total));
  }

  private static double roundToHundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
