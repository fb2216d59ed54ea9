package io.muster.schema.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessEntryTest {
  @Test
  void cut_everythingFits_isTheRowItself() {
    var row = row("n".repeat(128), "u".repeat(128), "c".repeat(256));

    assertThat(row.cut()).isSameAs(row);
  }

  @Test
  void cut_everythingTooLong_cutsEachAtItsOwnLimitAndKeepsTheRest() {
    var row = row("n".repeat(129), "u".repeat(130), "c".repeat(1256));

    assertThat(row.cut())
        .isEqualTo(
            row(
                "n".repeat(128) + "...(1 bytes truncated)",
                "u".repeat(128) + "...(2 bytes truncated)",
                "c".repeat(256) + "...(1000 bytes truncated)"));
  }

  @Test
  void cut_onlyOneTooLong_isCut() {
    assertThat(row("n".repeat(129), "u", "c").cut().processName()).endsWith("(1 bytes truncated)");
    assertThat(row("n", "u".repeat(129), "c").cut().user()).endsWith("(1 bytes truncated)");
    assertThat(row("n", "u", "c".repeat(257)).cut().command()).endsWith("(1 bytes truncated)");
  }

  private static ProcessEntry row(String name, String user, String command) {
    return new ProcessEntry(
        1, "GPU-x", 42, name, 2, 3.5, 4.5, 5, 6, user, "S", "7", 8, command, 9, 10, true, 11, 12,
        13.5);
  }
}
