package io.muster.collector.energy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyFileTest {
  private static final String CLIENT = "6e1131b4b9cc454aa6ce3294ab860b2d";
  private static final List<SavedEnergyCounter> COUNTERS =
      List.of(
          counter(EnergyCounterKey.gpu("GPU-1"), 123_456.789, OptionalDouble.of(9.9e9), 2_000),
          counter(EnergyCounterKey.CPU, 0.1 + 0.2, OptionalDouble.empty(), 1_999),
          counter(EnergyCounterKey.CHASSIS, 0, OptionalDouble.empty(), -5));

  private final Path directory;
  private final EnergyFile file;

  EnergyFileTest(@TempDir Path folder) {
    this.directory = folder.resolve("energy");
    this.file = new EnergyFile(directory, CLIENT);
  }

  @Test
  void load_noFile_isEmpty() throws IOException {
    assertThat(file.load()).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void load_afterSave_returnsTheSameCounters() throws IOException {
    file.save(COUNTERS);

    assertThat(new EnergyFile(directory, CLIENT).load()).isEqualTo(COUNTERS);
  }

  @Test
  void save_again_replacesAndLeavesOneFile() throws IOException {
    file.save(COUNTERS);
    file.save(COUNTERS.subList(0, 1));

    assertThat(file.load()).isEqualTo(COUNTERS.subList(0, 1));
    assertThat(directory).isDirectoryContaining("glob:**/counters");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void load_truncatedAtAnyByte_fails() throws IOException {
    file.save(COUNTERS);
    var content = Files.readAllBytes(file.file());

    for (int length = 0; length < content.length; length++) {
      Files.write(file.file(), Arrays.copyOf(content, length));
      assertThatIOException()
          .as("truncated at %d of %d", length, content.length)
          .isThrownBy(file::load)
          .withMessageMatching("damaged|not an energy counter file");
    }
  }

  @Test
  void load_anyBitFlipped_fails() throws IOException {
    file.save(COUNTERS);
    var content = Files.readAllBytes(file.file());

    for (int bit = 0; bit < content.length * 8; bit += 5) {
      var flipped = content.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file.file(), flipped);
      assertThatIOException().as("bit %d", bit).isThrownBy(file::load);
    }
  }

  @Test
  void load_killedWhileSaving_returnsThePreviousCounters() throws IOException {
    file.save(COUNTERS.subList(0, 1));
    var before = Files.readAllBytes(file.file());
    file.save(COUNTERS);
    var after = Files.readAllBytes(file.file());
    Files.write(file.file(), before);

    for (int length = 0; length <= after.length; length++) {
      Files.write(directory.resolve("counters.draft"), Arrays.copyOf(after, length));
      assertThat(file.load()).isEqualTo(COUNTERS.subList(0, 1));
    }
    file.save(COUNTERS);
    assertThat(file.load()).isEqualTo(COUNTERS);
  }

  @Test
  void load_fileOfAnotherHost_fails() throws IOException {
    new EnergyFile(directory, "f".repeat(32)).save(COUNTERS);

    assertThatIOException().isThrownBy(file::load).withMessageContaining("another host");
  }

  @Test
  void load_foreignFile_fails() throws IOException {
    Files.createDirectories(directory);
    for (var foreign : List.of("", "MEC1", "<html></html>", "x".repeat(2 << 20))) {
      Files.write(file.file(), foreign.getBytes(US_ASCII));
      assertThatIOException()
          .isThrownBy(file::load)
          .withMessageContaining("not an energy counter file");
    }
    Files.delete(file.file());
    Files.createDirectory(file.file());
    assertThatIOException().isThrownBy(file::load);
  }

  @Test
  void save_tooManyCounters_keepsTheNewest() throws IOException {
    file.save(
        LongStream.range(0, 3L * EnergyFile.MAX_COUNTERS)
            .mapToObj(at -> counter(EnergyCounterKey.gpu("GPU-" + at), 1, OptionalDouble.of(1), at))
            .toList());

    assertThat(file.load())
        .hasSize(EnergyFile.MAX_COUNTERS)
        .allMatch(counter -> counter.atMillis() >= 2L * EnergyFile.MAX_COUNTERS);
    assertThat(Files.size(file.file())).isLessThan(100_000);
  }

  @Test
  void save_directoryIsAFile_fails() throws IOException {
    Files.createFile(directory);

    assertThatIOException().isThrownBy(() -> file.save(COUNTERS));
  }

  private static SavedEnergyCounter counter(
      EnergyCounterKey key, double joules, OptionalDouble hardwareJoules, long atMillis) {
    return new SavedEnergyCounter(key, joules, hardwareJoules, atMillis);
  }
}
