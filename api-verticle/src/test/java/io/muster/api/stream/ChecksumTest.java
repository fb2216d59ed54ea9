package io.muster.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void then_partsOfAnyLength_isTheChecksumOfTheirConcatenation(long seed) {
    var random = new Random(seed);
    for (int attempt = 0; attempt < 50; attempt++) {
      var bytes = new byte[random.nextInt(5_000)];
      random.nextBytes(bytes);

      assertThat(inParts(bytes, random)).isEqualTo(Checksum.of(bytes, 0, bytes.length));
      assertThat(inParts(bytes, random).crc()).isEqualTo((int) crcOf(bytes, 1));
    }
  }

  @Test
  void then_nothing_changesNothing() {
    var some = Checksum.of(new byte[] {1, 2, 3}, 0, 3);

    assertThat(some.then(Checksum.NONE)).isEqualTo(some);
    assertThat(Checksum.NONE.then(some)).isEqualTo(some);
    assertThat(Checksum.of(new byte[9], 4, 0)).isEqualTo(Checksum.NONE);
  }

  @Test
  void then_isTheSameInWhateverOrderPartsAreJoined() {
    var a = Checksum.of(new byte[] {1, -1}, 0, 2);
    var b = Checksum.of(new byte[] {0, 0, 7}, 0, 3);
    var c = Checksum.of(new byte[] {127}, 0, 1);

    assertThat(a.then(b).then(c)).isEqualTo(a.then(b.then(c)));
  }

  @Test
  void then_longerThanFourGigabytes_goesOnCounting() {
    var megabyte = new byte[1 << 20];
    new Random(4).nextBytes(megabyte);
    var doubled = Checksum.of(megabyte, 0, megabyte.length);
    for (int times = 1; times < 8; times *= 2) {
      doubled = doubled.then(doubled);
    }
    assertThat(doubled.crc()).as("8 MiB by doubling").isEqualTo((int) crcOf(megabyte, 8));

    for (long length = 8L << 20; length < 8L << 30; length *= 2) {
      doubled = doubled.then(doubled);
    }
    assertThat(doubled.length()).isEqualTo(8L << 30);
    var ends = doubled.then(Checksum.of(megabyte, 0, 5));
    assertThat(ends.length()).isEqualTo((8L << 30) + 5);
    assertThat((int) ends.length()).as("what a gzip trailer tells").isEqualTo(5);
  }

  private static Checksum inParts(byte[] bytes, Random random) {
    var joined = Checksum.NONE;
    var from = 0;
    while (from < bytes.length) {
      var length = random.nextInt(Math.min(900, bytes.length - from) + 1); // empty parts too
      joined = joined.then(Checksum.of(bytes, from, length));
      from += length;
    }
    return joined;
  }

  private static long crcOf(byte[] bytes, int times) {
    var crc = new CRC32();
    for (int i = 0; i < times; i++) {
      crc.update(bytes);
    }
    return crc.getValue();
  }
}
