package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.muster.schema.json.PlainDecimal;
import java.util.Arrays;

/**
 * Sample lines being written as UTF-8: {@code name{labels} value}, values as plain decimals. Not
 * for several threads.
 */
final class SampleLines {
  private static final int SPARE = 32;

  /**
   * Up to here every decimal of a double's whole part is exact, and so is that of its thousands.
   */
  private static final double MAX_EXACT = 1e15;

  private static final int MILLI = 1_000;
  private static final int MICRO = 1_000_000;

  private byte[] utf8 = new byte[32_768];
  private int size;
  private byte[] family = new byte[0];

  /** The lines that follow are of this family. */
  void family(byte[] name) {
    family = name;
  }

  /** A value that is not finite is no reading, and gets no line. */
  void sample(LabelSet labels, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    begin(labels);
    decimal(value);
    put('\n');
  }

  void sample(LabelSet labels, long value) {
    begin(labels);
    whole(value);
    put('\n');
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return Arrays.copyOf(utf8, size);
  }

  private void begin(LabelSet labels) {
    var needed = size + family.length + labels.utf8().length + SPARE;
    if (needed > utf8.length) {
      utf8 = Arrays.copyOf(utf8, Math.max(needed, utf8.length * 2));
    }
    append(family);
    put('{');
    append(labels.utf8());
    put('}');
    put(' ');
  }

  private void decimal(double value) {
    if (Math.abs(value) < MAX_EXACT && value == (long) value) {
      whole((long) value);
    } else if (!fraction(value, MILLI) && !fraction(value, MICRO)) {
      put(PlainDecimal.shortest(value).getBytes(ISO_8859_1));
    }
  }

  /**
   * Writes a value that is a whole number of such parts. A decimal of 15 digits or fewer that reads
   * back as the same double is the shortest one.
   */
  private boolean fraction(double value, int parts) {
    var count = Math.rint(value * parts);
    if (Math.abs(count) >= MAX_EXACT || count / parts != value) {
      return false;
    }
    var left = Math.abs((long) count);
    if (value < 0) {
      put('-');
    }
    whole(left / parts);
    put('.');
    left %= parts;
    for (int unit = parts / 10; left > 0; unit /= 10) {
      put((char) ('0' + left / unit));
      left %= unit;
    }
    return true;
  }

  private void whole(long value) {
    if (value == Long.MIN_VALUE) {
      put(Long.toString(value).getBytes(ISO_8859_1));
      return;
    }
    var left = Math.abs(value);
    if (value < 0) {
      put('-');
    }
    var digits = 1;
    for (long rest = left / 10; rest > 0; rest /= 10) {
      digits++;
    }
    size += digits;
    for (int at = size; digits > 0; digits--) {
      utf8[--at] = (byte) ('0' + left % 10);
      left /= 10;
    }
  }

  private void put(byte[] bytes) {
    if (size + bytes.length + SPARE > utf8.length) {
      utf8 = Arrays.copyOf(utf8, size + bytes.length + SPARE);
    }
    append(bytes);
  }

  private void append(byte[] bytes) {
    System.arraycopy(bytes, 0, utf8, size, bytes.length);
    size += bytes.length;
  }

  private void put(char c) {
    utf8[size++] = (byte) c;
  }
}
