package io.muster.launcher.db;

import java.util.Locale;

/** A number of bytes as a text with a unit. */
final class ByteSize {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private ByteSize() {}

  /** Returns a text such as {@code 9.5 GB}, in powers of 1000. */
  static String format(long bytes) {
    double value = bytes;
    var unit = 0;
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }
}
