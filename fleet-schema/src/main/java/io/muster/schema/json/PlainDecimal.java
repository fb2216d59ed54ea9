package io.muster.schema.json;

import java.math.BigDecimal;

/**
 * Numbers as text without an exponent: many readers of expositions drop {@code 1.5E10} silently.
 */
public final class PlainDecimal {
  private PlainDecimal() {}

  /** The shortest plain decimal that keeps a fraction: {@code 45.0}, {@code 15000000000.0}. */
  public static String withFraction(double finite) {
    var shortest = Double.toString(finite);
    if (shortest.indexOf('E') < 0) {
      return shortest;
    }
    var plain = new BigDecimal(shortest).toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /** The shortest plain decimal: {@code 45}, {@code 45.5}, {@code 15000000000}. */
  public static String shortest(double finite) {
    var text = withFraction(finite);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
