package io.muster.runtime.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DerTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0400",
    "127, 047F",
    "128, 048180",
    "255, 0481FF",
    "256, 04820100",
    "65535, 0482FFFF"
  })
  void octetString_beginsWithTagAndShortestLength(int length, String head) {
    var encoded = Der.octetString(new byte[length]);

    assertThat(HexFormat.of().withUpperCase().formatHex(encoded, 0, head.length() / 2))
        .isEqualTo(head);
    assertThat(encoded).hasSize(head.length() / 2 + length);
  }

  @Test
  void types_areEncodedAsX690Says() {
    assertThat(hex(Der.integer(2))).isEqualTo("020102");
    assertThat(hex(Der.yes())).isEqualTo("0101ff");
    assertThat(hex(Der.text("é"))).isEqualTo("0c02c3a9");
    assertThat(hex(Der.bitString(new byte[] {5}))).isEqualTo("03020005");
    assertThat(hex(Der.set(Der.integer(1)))).isEqualTo("3103020101");
    assertThat(hex(Der.explicit(3, Der.integer(1)))).isEqualTo("a303020101");
    assertThat(hex(Der.sequence(Der.integer(1), Der.integer(2)))).isEqualTo("3006020101020102");
    assertThat(hex(Der.implicit(2, new byte[] {5}))).isEqualTo("820105");
    assertThat(hex(Der.integer(new BigInteger("8000", 16)))).isEqualTo("0203008000");
  }

  /** The type changes in 2050 (RFC 5280, section 4.1.2.5). */
  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 17, 700101000000Z",
    "2049-12-31T23:59:59Z, 17, 491231235959Z",
    "2050-01-01T00:00:00Z, 18, 20500101000000Z",
    "9999-12-31T23:59:59Z, 18, 99991231235959Z"
  })
  void time_isOfTheTypeThatX509Requires(Instant time, String tag, String text) {
    var encoded = Der.time(time);

    assertThat(hex(encoded)).startsWith(tag);
    assertThat(new String(encoded, 2, encoded.length - 2, US_ASCII)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2.5.29.17, 0603551d11",
    "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
    "1.3.6.1.5.5.7.3.1, 06082b06010505070301",
    "1.2.127.128.16384, 06072a7f8100818000"
  })
  void objectId_isEncodedInBase128(String text, String expected) {
    assertThat(hex(Der.objectId(text))).isEqualTo(expected);
  }

  /** Bits 0 (0x80), 5 (0x04) and 6 (0x02) of a key usage. */
  @ParameterizedTest
  @CsvSource({"128, 03020780", "6, 03020106", "4, 03020204"})
  void namedBits_haveNoZerosAtTheEnd(int bits, String expected) {
    assertThat(hex(Der.namedBits(bits))).isEqualTo(expected);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
