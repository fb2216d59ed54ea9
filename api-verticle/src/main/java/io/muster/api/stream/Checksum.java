package io.muster.api.stream;

import java.util.zip.CRC32;

/**
 * CRC-32 and length of some bytes, as in the trailer of a gzip stream. Checksums can be combined
 * without the bytes.
 *
 * <p>A CRC is a polynomial over GF(2) modulo {@link #POLYNOMIAL}, its bits reversed. Appending n
 * bytes multiplies the preceding polynomial by x^(8n), so a combination costs one multiplication
 * with a factor that is computed once.
 *
 * @param crc CRC-32 of the bytes
 * @param length number of bytes
 * @param shift x^(8 length)
 */
record Checksum(int crc, long length, int shift) {
  private static final int POLYNOMIAL = 0xEDB88320;
  private static final int ONE = 0x80000000; // x^0 with the bits reversed
  private static final int X_TO_8 = ONE >>> 8;

  static final Checksum EMPTY = new Checksum(0, 0, ONE);

  static Checksum of(byte[] bytes, int from, int length) {
    var crc = new CRC32();
    crc.update(bytes, from, length);
    return new Checksum((int) crc.getValue(), length, power(X_TO_8, length));
  }

  /** Returns the CRC of other bytes, whose CRC is given, followed by these. */
  int crcAfter(int precedingCrc) {
    return multiply(shift, precedingCrc) ^ crc;
  }

  private static int power(int base, long exponent) {
    var result = ONE;
    var square = base;
    for (var rest = exponent; rest > 0; rest >>= 1) {
      if ((rest & 1) == 1) {
        result = multiply(result, square);
      }
      square = multiply(square, square);
    }
    return result;
  }

  private static int multiply(int a, int b) {
    var product = 0;
    var shifted = b;
    for (int factor = a; factor != 0; factor <<= 1) {
      product ^= factor < 0 ? shifted : 0;
      shifted = (shifted >>> 1) ^ ((shifted & 1) * POLYNOMIAL);
    }
    return product;
  }
}
