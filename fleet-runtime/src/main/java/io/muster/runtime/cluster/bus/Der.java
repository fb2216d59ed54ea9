package io.muster.runtime.cluster.bus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Encodes the few ASN.1 types of a certificate in DER (ITU-T X.690). */
final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int UTF8_STRING = 0x0C;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int EXPLICIT_TAG = 0xA0;
  private static final int MAX_SHORT_LENGTH = 0x7F;

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

  /** The integer of one byte. */
  static byte[] integer(int value) {
    return encode(INTEGER, (byte) value);
  }

  static byte[] yes() {
    return encode(BOOLEAN, (byte) 0xFF);
  }

  /** A bit string of whole bytes. */
  static byte[] bitString(byte[] bytes) {
    return encode(BIT_STRING, join(new byte[] {0}, bytes));
  }

  static byte[] octetString(byte[] bytes) {
    return encode(OCTET_STRING, bytes);
  }

  static byte[] text(String text) {
    return encode(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  /** A time before 2050: {@code YYMMDDhhmmssZ}. */
  static byte[] utcTime(String time) {
    return encode(UTC_TIME, time.getBytes(StandardCharsets.US_ASCII));
  }

  /** A time since 2050: {@code YYYYMMDDhhmmssZ}. */
  static byte[] generalizedTime(String time) {
    return encode(GENERALIZED_TIME, time.getBytes(StandardCharsets.US_ASCII));
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
