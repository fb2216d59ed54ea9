package io.muster.schema.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncludeTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "  ", ",", "bogus", "gpuu,cpuu", ",,, ,"})
  void parse_nothingRecognised_isTheDefault(String text) {
    assertThat(Include.parse(text)).isEqualTo(Include.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({
    "gpu, GPU",
    "gpus, GPU",
    "CPU, CPU",
    "cpus, CPU",
    "mem, MEMORY",
    "memory, MEMORY",
    "chassis, CHASSIS",
    "process, PROCESS",
    "Processes, PROCESS",
    "storage, STORAGE",
    "disk, STORAGE"
  })
  void parse_everySpelling_namesItsSection(String text, Section section) {
    assertThat(Include.parse(text).sections()).containsExactly(section);
  }

  @Test
  void parse_blanksAndUnknownNames_areSkipped() {
    assertThat(Include.parse(" gpu , bogus ,, MEM ").sections())
        .isEqualTo(EnumSet.of(Section.GPU, Section.MEMORY));
  }

  @Test
  void construct_noSection_isRefused() {
    assertThatThrownBy(() -> new Include(EnumSet.noneOf(Section.class)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
