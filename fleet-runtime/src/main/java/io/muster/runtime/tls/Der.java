package io.muster.runtime.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** Encodes the few ASN.1 types of a certificate in DER (ITU-T X.690). */
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int IMPLICIT_TAG = 0x80;
  private static final int EXPLICIT_TAG = 0xA0;
  private static final int MAX_SHORT_LENGTH = 0x7F;
  private static final Instant FIRST_GENERALIZED_TIME = Instant.parse("2050-01-01T00:00:00Z");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return encode(SEQUENCE, join(elements));
  }

  /** A set of one element. */
  static byte[] set(byte[] element) {
    return encode(SET, element);
  }

  /** An element with the explicit tag {@code [number]}. */
  static byte[] explicit(int number, byte[] element) {
    return encode(EXPLICIT_TAG | number, element);
  }

  /** The bytes of a simple type whose own tag the tag {@code [number]} replaces. */
  static byte[] implicit(int number, byte... content) {
    return encode(IMPLICIT_TAG | number, content);
  }

  static byte[] integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  static byte[] integer(BigInteger value) {
    return encode(INTEGER, value.toByteArray());
  }

  static byte[] yes() {
    return encode(BOOLEAN, (byte) 0xFF);
  }

  /** A bit string of whole bytes. */
  static byte[] bitString(byte[] bytes) {
    return encode(BIT_STRING, join(new byte[] {0}, bytes));
  }

  /** A set of named bits in one byte; the zeros at its end are not encoded. */
  static byte[] namedBits(int bits) {
    return encode(BIT_STRING, (byte) Integer.numberOfTrailingZeros(bits), (byte) bits);
  }

  static byte[] octetString(byte[] bytes) {
    return encode(OCTET_STRING, bytes);
  }

  /** An object identifier, such as 2.5.29.17. */
  static byte[] objectId(String text) {
    var arcs = Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
    var content = new ByteArrayOutputStream();
    content.write(arcs[0] * 40 + arcs[1]);
    for (var i = 2; i < arcs.length; i++) {
      content.writeBytes(base128(arcs[i]));
    }
    return encode(OBJECT_IDENTIFIER, content.toByteArray());
  }

  static byte[] text(String text) {
    return encode(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A time, whole seconds, in the type that X.509 requires: another one since 2050. */
  static byte[] time(Instant time) {
    var text = TIME.format(time);
    return time.isBefore(FIRST_GENERALIZED_TIME)
        ? encode(UTC_TIME, text.substring(2).getBytes(StandardCharsets.US_ASCII))
        : encode(GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Seven bits in each byte, all but the last with the high bit. */
  private static byte[] base128(int value) {
    var last = new byte[] {(byte) (value & 0x7F)};
    return value < 0x80 ? last : join(withHighBits(base128(value >>> 7)), last);
  }

  private static byte[] withHighBits(byte[] bytes) {
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] |= (byte) 0x80;
    }
    return bytes;
  }

  private static byte[] encode(int tag, byte... content) {
    return join(new byte[] {(byte) tag}, length(content.length), content);
  }

  /** Up to 127 in one byte; otherwise the count of the bytes that follow, and the bytes. */
  private static byte[] length(int length) {
    if (length <= MAX_SHORT_LENGTH) {
      return new byte[] {(byte) length};
    }
    return length <= 0xFF
        ? new byte[] {(byte) 0x81, (byte) length}
        : new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length};
  }

  private static byte[] join(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (var part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
