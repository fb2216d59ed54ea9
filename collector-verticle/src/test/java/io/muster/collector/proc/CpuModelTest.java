package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuModelTest {
  private final Path directory;

  CpuModelTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void parse_virtualMachine_usesFirstCpu() {
    var cpuinfo =
        HostFilesFixture.copy("small-vm", directory).openScanner("proc/cpuinfo").remainingText();

    assertThat(CpuModel.parse(cpuinfo))
        .isEqualTo(new CpuModel("Intel(R) Xeon(R) Processor", "GenuineIntel", 2300));
  }

  @ParameterizedTest
  @CsvSource({
    "0x41, 0xd4f, ARM, Neoverse-V2",
    "0x41, 0xd42, ARM, Cortex-A78AE",
    "0xc0, 0xac3, Ampere, Ampere-1",
    "0x61, 0x022, Apple, Apple 0x022",
    "0x99, 0x001, 0x99, 0x99 0x001"
  })
  void parse_arm_mapsIdsToNames(String implementer, String part, String vendor, String name) {
    var cpuinfo =
        """
        processor\t: 0
        BogoMIPS\t: 2000.00
        CPU implementer\t: %s
        CPU part\t: %s

        processor\t: 1
        CPU implementer\t: 0x00
        """
            .formatted(implementer, part);

    assertThat(CpuModel.parse(cpuinfo)).isEqualTo(new CpuModel(name, vendor, 0));
  }

  @Test
  void parse_power_readsClockAndName() {
    var cpuinfo = "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 2300.0MHz\n\n";

    assertThat(CpuModel.parse(cpuinfo))
        .isEqualTo(new CpuModel("POWER9, altivec supported", "", 2300));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-3,8 | {0, 1, 2, 3, 8}", "5 | {5}", "'' | {}", "x,2-1,7-y,4 | {4}"})
  void cpuList_anyText_parsesNumbersAndRanges(String text, String expected) {
    BitSet cpus = CpuList.parse(text);

    assertThat(cpus).hasToString(expected);
  }
}
