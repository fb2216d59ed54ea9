package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.ProcessStat.ProcessScheduling;
import io.muster.collector.proc.ProcessStat.ProcessSize;
import io.muster.collector.proc.ProcessStat.ProcessTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatTest {
  private static final String FIELDS_AFTER_NAME =
      " S 7 1 1 0 -1 4194560 43749 587880 0 630 161 379 1422 599 39 -19 13 0 21 51720192 4825"
          + " 18446744073709551615 1 1 0 0 0 0 0 4096 1256 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

  private final Path directory;

  ProcessStatTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java",
        "",
        "tmux: server",
        "(sd-pam)",
        "a) R 1 2 3 (b",
        ") ",
        "line\nend",
        "kworker/0:1H"
      })
  void parse_anyName_readsFieldsAfterIt(String name) {
    var files =
        HostFilesFixture.empty(directory).write("stat", "42 (" + name + ")" + FIELDS_AFTER_NAME);

    assertThat(ProcessStat.parse(files.openScanner("stat")))
        .isEqualTo(
            new ProcessStat(
                42,
                name,
                'S',
                7,
                new ProcessTimes(161, 379, 21),
                new ProcessScheduling(39, -19, 13),
                new ProcessSize(51_720_192L, 4825)));
  }

  @Test
  void auxiliaryVector_bothKeys_returnsBothUnits() {
    assertThat(AuxiliaryVector.parse(vector(33, 1, 6, 65_536, 17, 250, 0, 0)))
        .isEqualTo(new AuxiliaryVector(250, 65_536));
  }

  @Test
  void auxiliaryVector_invalidOrMissing_isDefault() {
    assertThat(AuxiliaryVector.parse(vector(6, -1, 17, 0))).isEqualTo(AuxiliaryVector.DEFAULT);
    assertThat(AuxiliaryVector.parse(new byte[7])).isEqualTo(AuxiliaryVector.DEFAULT);
  }

  private static byte[] vector(long... values) {
    var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.nativeOrder());
    for (long number : values) {
      bytes.putLong(number);
    }
    return bytes.array();
  }
}
