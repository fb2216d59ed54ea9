package io.muster.schema.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionSelectionTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "  ", ",", "bogus", "gpuu,cpuu", ",,, ,"})
  void parse_nothingRecognized_isTheDefault(String text) {
    assertThat(SectionSelection.parse(text)).isEqualTo(SectionSelection.DEFAULT);
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
  void parse_everySpelling_selectsItsSection(String text, Section section) {
    assertThat(SectionSelection.parse(text).sections()).containsExactly(section);
  }

  @Test
  void parse_blanksAndUnknownNames_areSkipped() {
    assertThat(SectionSelection.parse(" gpu , bogus ,, MEM ").sections())
        .isEqualTo(EnumSet.of(Section.GPU, Section.MEMORY));
  }

  @Test
  void construct_noSection_isRejected() {
    assertThatThrownBy(() -> new SectionSelection(EnumSet.noneOf(Section.class)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
