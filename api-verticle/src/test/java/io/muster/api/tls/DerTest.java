package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
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
    "2.5.4.3, 0603550403",
    "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
    "1.3.6.1.5.5.7.3.1, 06082b06010505070301",
    "2.999.0.128, 060588370081 00"
  })
  void identifier_hasSevenBitsAByte(String dotted, String hex) {
    assertThat(hex(Der.identifier(dotted))).isEqualTo(hex.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0400",
    "127, 047f",
    "128, 048180",
    "255, 0481ff",
    "256, 04820100",
    "65536, 0483010000"
  })
  void value_tellsItsLength(int length, String head) {
    assertThat(hex(Der.value(Der.OCTET_STRING, new byte[length])))
        .isEqualTo(head + "00".repeat(length));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-08-08T12:34:56.789Z, 260808123456Z, 17",
    "2049-12-31T23:59:59Z, 491231235959Z, 17",
    "2050-01-01T00:00:00Z, 20500101000000Z, 18"
  })
  void time_hasTheFormOfItsYear(Instant instant, String text, String tag) {
    var value = Der.time(instant);

    assertThat(hex(value)).startsWith(tag);
    assertThat(new String(value, 2, value.length - 2, UTF_8)).isEqualTo(text);
  }

  @Test
  void integer_ofHighBit_staysPositive() {
    assertThat(hex(Der.integer(BigInteger.valueOf(128)))).isEqualTo("02020080");
    assertThat(hex(Der.sequence(Der.integer(BigInteger.TWO)))).isEqualTo("3003020102");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
