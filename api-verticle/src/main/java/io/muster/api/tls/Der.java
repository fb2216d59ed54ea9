package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * DER (ITU-T X.690), the encoding of certificates: every value is a tag, a length and its content.
 * Values are byte arrays, and nest.
 */
final class Der {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int UTF8_STRING = 0x0c;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int FIRST_YEAR_OF_GENERALIZED_TIME = 2050; // RFC 5280, 4.1.2.5

  private Der() {}

  /** A value of this tag around others, or around its plain content. */
  static byte[] value(int tag, byte[]... contents) {
    var length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
    var value = new ByteArrayOutputStream();
    value.write(tag);
    writeLength(length, value);
    for (var content : contents) {
      value.writeBytes(content);
    }
    return value.toByteArray();
  }

  static byte[] sequence(byte[]... values) {
    return value(SEQUENCE, values);
  }

  static byte[] integer(BigInteger number) {
    return value(INTEGER, number.toByteArray());
  }

  static byte[] text(String text) {
    return value(UTF8_STRING, text.getBytes(UTF_8));
  }

  /** Bits of which the last byte leaves so many unused. */
  static byte[] bits(int unused, byte[] bytes) {
    return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
  }

  /** An identifier such as {@code 2.5.4.3}. */
  static byte[] identifier(String dotted) {
    var arcs = Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong).toArray();
    var content = new ByteArrayOutputStream();
    writeArc(arcs[0] * 40 + arcs[1], content);
    Arrays.stream(arcs).skip(2).forEach(arc -> writeArc(arc, content));
    return value(OBJECT_IDENTIFIER, content.toByteArray());
  }

  /** An instant to the second, in the form that its year asks for. */
  static byte[] time(Instant instant) {
    var time = instant.atOffset(ZoneOffset.UTC);
    var isLate = time.getYear() >= FIRST_YEAR_OF_GENERALIZED_TIME;
    var form = DateTimeFormatter.ofPattern((isLate ? "uuuu" : "uu") + "MMddHHmmss'Z'");
    return value(isLate ? GENERALIZED_TIME : UTC_TIME, form.format(time).getBytes(UTF_8));
  }

  /** Below 128 in one byte; else in as many bytes as the first one says. */
  private static void writeLength(int length, ByteArrayOutputStream value) {
    if (length < 0x80) {
      value.write(length);
      return;
    }
    var bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
    value.write(0x80 | bytes);
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
      value.write(length >>> shift);
    }
  }

  /** Seven bits a byte; all but the last have the top bit set. */
  private static void writeArc(long arc, ByteArrayOutputStream content) {
    var bits = Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(arc));
    for (int shift = (bits - 1) / 7 * 7; shift >= 0; shift -= 7) {
      content.write((int) (arc >>> shift & 0x7f) | (shift == 0 ? 0 : 0x80));
    }
  }
}
