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
  private static final List<EnergyTotal> TOTALS =
      List.of(
          total(EnergySubject.gpu("GPU-1"), 123_456.789, OptionalDouble.of(9.9e9), 2_000),
          total(EnergySubject.CPU, 0.1 + 0.2, OptionalDouble.empty(), 1_999),
          total(EnergySubject.CHASSIS, 0, OptionalDouble.empty(), -5));

  private final Path directory;
  private final EnergyFile file;

  EnergyFileTest(@TempDir Path folder) {
    this.directory = folder.resolve("energy");
    this.file = new EnergyFile(directory, CLIENT);
  }

  @Test
  void load_nothingSaved_isNothing() throws IOException {
    assertThat(file.load()).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void load_saved_isTheSameToTheLastBit() throws IOException {
    file.save(TOTALS);

    assertThat(new EnergyFile(directory, CLIENT).load()).isEqualTo(TOTALS);
  }

  @Test
  void save_again_replacesAndLeavesOneFile() throws IOException {
    file.save(TOTALS);
    file.save(TOTALS.subList(0, 1));

    assertThat(file.load()).isEqualTo(TOTALS.subList(0, 1));
    assertThat(directory).isDirectoryContaining("glob:**/counters");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void load_cutAtAnyByte_takesNothingHalf() throws IOException {
    file.save(TOTALS);
    var whole = Files.readAllBytes(file.file());

    for (int length = 0; length < whole.length; length++) {
      Files.write(file.file(), Arrays.copyOf(whole, length));
      assertThatIOException()
          .as("cut at %d of %d", length, whole.length)
          .isThrownBy(file::load)
          .withMessageMatching("damaged|no file of energy counters");
    }
  }

  @Test
  void load_aBitTurnedAnywhere_takesNothing() throws IOException {
    file.save(TOTALS);
    var whole = Files.readAllBytes(file.file());

    for (int bit = 0; bit < whole.length * 8; bit += 5) {
      var turned = whole.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file.file(), turned);
      assertThatIOException().as("bit %d", bit).isThrownBy(file::load);
    }
  }

  @Test
  void load_killedWhileSaving_isWhatWasSavedBefore() throws IOException {
    file.save(TOTALS.subList(0, 1));
    var before = Files.readAllBytes(file.file());
    file.save(TOTALS);
    var after = Files.readAllBytes(file.file());
    Files.write(file.file(), before);

    for (int length = 0; length <= after.length; length++) {
      Files.write(directory.resolve("counters.draft"), Arrays.copyOf(after, length));
      assertThat(file.load()).isEqualTo(TOTALS.subList(0, 1));
    }
    file.save(TOTALS);
    assertThat(file.load()).isEqualTo(TOTALS);
  }

  @Test
  void load_ofAnotherHost_takesNothing() throws IOException {
    new EnergyFile(directory, "f".repeat(32)).save(TOTALS);

    assertThatIOException().isThrownBy(file::load).withMessageContaining("another host");
  }

  @Test
  void load_foreignFile_takesNothing() throws IOException {
    Files.createDirectories(directory);
    for (var foreign : List.of("", "MEC1", "<html></html>", "x".repeat(2 << 20))) {
      Files.write(file.file(), foreign.getBytes(US_ASCII));
      assertThatIOException().isThrownBy(file::load).withMessageContaining("no file of energy");
    }
    Files.delete(file.file());
    Files.createDirectory(file.file());
    assertThatIOException().isThrownBy(file::load);
  }

  @Test
  void save_moreThanFit_keepsThoseReadLast() throws IOException {
    file.save(
        LongStream.range(0, 3L * EnergyFile.MAX_COUNTERS)
            .mapToObj(at -> total(EnergySubject.gpu("GPU-" + at), 1, OptionalDouble.of(1), at))
            .toList());

    assertThat(file.load())
        .hasSize(EnergyFile.MAX_COUNTERS)
        .allMatch(total -> total.atMillis() >= 2L * EnergyFile.MAX_COUNTERS);
    assertThat(Files.size(file.file())).isLessThan(100_000);
  }

  @Test
  void save_directoryCannotBe_fails() throws IOException {
    Files.createFile(directory);

    assertThatIOException().isThrownBy(() -> file.save(TOTALS));
  }

  private static EnergyTotal total(
      EnergySubject subject, double joules, OptionalDouble counter, long atMillis) {
    return new EnergyTotal(subject, joules, counter, atMillis);
  }
}
