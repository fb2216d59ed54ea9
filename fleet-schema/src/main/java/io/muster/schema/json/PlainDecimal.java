package io.muster.schema.json;

import java.math.BigDecimal;

/**
 * Decimal text of numbers, without an exponent, because many parsers of expositions silently drop
 * {@code 1.5E10}.
 */
public final class PlainDecimal {
  private PlainDecimal() {}

  /** Returns the shortest plain decimal with a fraction: {@code 45.0}, {@code 15000000000.0}. */
  public static String withFraction(double finiteValue) {
    var shortest = Double.toString(finiteValue);
    if (shortest.indexOf('E') < 0) {
      return shortest;
    }
    var plain = new BigDecimal(shortest).toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  /** Returns the shortest plain decimal: {@code 45}, {@code 45.5}, {@code 15000000000}. */
  public static String shortest(double finiteValue) {
    var text = withFraction(finiteValue);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
