package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(hex(Der.utcTime("700101000000Z"))).startsWith("170d37").endsWith("5a");
    assertThat(hex(Der.generalizedTime("99991231235959Z"))).startsWith("180f39").endsWith("5a");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
