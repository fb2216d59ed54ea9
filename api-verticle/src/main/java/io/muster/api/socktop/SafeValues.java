package io.muster.api.socktop;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/**
 * Values within the bounds that the client program survives: it ends with a crash over a part that
 * is larger than its whole, and over a text that it cuts inside of a character.
 */
final class SafeValues {
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private SafeValues() {}

  /** The text with a {@code ?} for each character that is not printable ASCII. */
  static String ascii(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /** A share from 0 to 100, in hundredths; 0 for none. */
  static double percent(double value) {
    return Math.min(nonNegativeHundredths(value), 100);
  }

  /** A number in hundredths that is not negative; 0 for none. */
  static double nonNegativeHundredths(double value) {
    return Double.isFinite(value) ? Math.max(roundToHundredths(value), 0) : 0;
  }

  /** A temperature in hundredths, also below zero; empty for what is no number. */
  static OptionalDouble celsius(OptionalDouble value) {
    return value.stream().filter(Double::isFinite).map(SafeValues::roundToHundredths).findFirst();
  }

  /** A size or a counter that is not negative. */
  static long nonNegative(long value) {
    return Math.max(value, 0);
  }

  /** A part that is no larger than its whole. */
  static long portion(long value, long total) {
    return Math.min(nonNegative(value), nonNegative(total));
  }

  private static double roundToHundredths(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
