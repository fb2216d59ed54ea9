package io.muster.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 7, 8, 9, 255, 4096, 100_003})
  void crcAfter_partsOfAnyLength_isTheCrcOfTheWhole(int size) {
    var random = new Random(size);
    var bytes = new byte[size];
    random.nextBytes(bytes);
    for (int split = 0; split < 50; split++) {
      assertThat(inParts(bytes, random)).isEqualTo(crcOf(bytes, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void crcAfter_theSamePartRepeated_isTheCrcOfTheWhole(int times) {
    var megabyte = new byte[1 << 20];
    new Random(4).nextBytes(megabyte);
    var part = Checksum.of(megabyte, 0, megabyte.length);
    var crc = 0;
    for (int i = 0; i < times; i++) {
      crc = part.crcAfter(crc);
    }

    assertThat(crc).isEqualTo(crcOf(megabyte, times));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, 0x12345678})
  void crcAfter_nothing_changesNothing(int before) {
    assertThat(Checksum.EMPTY.crcAfter(before)).isEqualTo(before);
    assertThat(Checksum.of(new byte[9], 4, 0)).isEqualTo(Checksum.EMPTY);
  }

  private static int inParts(byte[] bytes, Random random) {
    var crc = 0;
    var from = 0;
    while (from < bytes.length) {
      var length = random.nextInt(Math.min(900, bytes.length - from) + 1); // may be empty
      crc = Checksum.of(bytes, from, length).crcAfter(crc);
      from += length;
    }
    return crc;
  }

  private static int crcOf(byte[] bytes, int times) {
    var crc = new CRC32();
    for (int i = 0; i < times; i++) {
      crc.update(bytes);
    }
    return (int) crc.getValue();
  }
}
