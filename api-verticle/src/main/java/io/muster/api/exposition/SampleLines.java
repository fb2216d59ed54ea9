package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.muster.schema.json.PlainDecimal;
import java.util.Arrays;

/**
 * A buffer of sample lines in UTF-8: {@code name{labels} value}, values as plain decimals. Used by
 * the rendering thread only.
 */
final class SampleLines {
  private static final int SPARE_BYTES = 32;

  /** Upper bound of the whole numbers that are exact as doubles. */
  private static final double MAX_EXACT = 1L << 53;

  /** Upper bound of the numbers of at most 15 digits, which a double distinguishes. */
  private static final double MAX_15_DIGITS = 1e15;

  private static final int MILLI = 1_000;
  private static final int MICRO = 1_000_000;

  private byte[] utf8 = new byte[32_768];
  private int size;
  private byte[] familyName = new byte[0];

  /** Starts the lines of a family. */
  void startFamily(byte[] name) {
    familyName = name;
  }

  /**
   * Writes a sample; a value that is not finite is not a reading, and gets no line. A whole number
   * is exact up to 2^53, as in the parsers of expositions.
   */
  void writeSample(LabelSet labels, double value) {
    if (!Double.isFinite(value)) {
      return;
    }
    startSample(labels);
    appendDouble(value);
    appendCharacter('\n');
  }

  int sizeBytes() {
    return size;
  }

  byte[] bytes() {
    return Arrays.copyOf(utf8, size);
  }

  private void startSample(LabelSet labels) {
    var neededBytes = size + familyName.length + labels.utf8().length + SPARE_BYTES;
    if (neededBytes > utf8.length) {
      utf8 = Arrays.copyOf(utf8, Math.max(neededBytes, utf8.length * 2));
    }
    append(familyName);
    appendCharacter('{');
    append(labels.utf8());
    appendCharacter('}');
    appendCharacter(' ');
  }

  private void appendDouble(double value) {
    if (Math.abs(value) <= MAX_EXACT && value == (long) value) {
      appendLong((long) value);
    } else if (!tryAppendFraction(value, MILLI) && !tryAppendFraction(value, MICRO)) {
      growAndAppend(PlainDecimal.shortest(value).getBytes(ISO_8859_1));
    }
  }

  /**
   * Appends a value that is a multiple of 1 / {@code denominator}; returns false for any other. A
   * decimal of 15 digits or fewer that parses to the same double is the shortest one.
   */
  private boolean tryAppendFraction(double value, int denominator) {
    var numerator = Math.rint(value * denominator);
    if (Math.abs(numerator) >= MAX_15_DIGITS || numerator / denominator != value) {
      return false;
    }
    var remaining = Math.abs((long) numerator);
    if (value < 0) {
      appendCharacter('-');
    }
    appendLong(remaining / denominator);
    appendCharacter('.');
    remaining %= denominator;
    for (int place = denominator / 10; remaining > 0; place /= 10) {
      appendCharacter((char) ('0' + remaining / place));
      remaining %= place;
    }
    return true;
  }

  private void appendLong(long value) {
    var remaining = Math.abs(value);
    if (value < 0) {
      appendCharacter('-');
    }
    var digits = 1;
    for (long rest = remaining / 10; rest > 0; rest /= 10) {
      digits++;
    }
    size += digits;
    for (int at = size; digits > 0; digits--) {
      utf8[--at] = (byte) ('0' + remaining % 10);
      remaining /= 10;
    }
  }

  private void growAndAppend(byte[] bytes) {
    if (size + bytes.length + SPARE_BYTES > utf8.length) {
      utf8 = Arrays.copyOf(utf8, size + bytes.length + SPARE_BYTES);
    }
    append(bytes);
  }

  private void append(byte[] bytes) {
    System.arraycopy(bytes, 0, utf8, size, bytes.length);
    size += bytes.length;
  }

  private void appendCharacter(char c) {
    utf8[size++] = (byte) c;
  }
}
