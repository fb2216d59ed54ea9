package io.muster.schema.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessEntryTest {
  @Test
  void withTruncatedTexts_everythingFits_isTheEntryItself() {
    var entry = entry("n".repeat(128), "u".repeat(128), "c".repeat(256));

    assertThat(entry.withTruncatedTexts()).isSameAs(entry);
  }

  @Test
  void withTruncatedTexts_everythingTooLong_truncatesEachAtItsOwnLimitAndKeepsTheRest() {
    var entry = entry("n".repeat(129), "u".repeat(130), "c".repeat(1256));

    assertThat(entry.withTruncatedTexts())
        .isEqualTo(
            entry(
                "n".repeat(128) + "...(1 bytes truncated)",
                "u".repeat(128) + "...(2 bytes truncated)",
                "c".repeat(256) + "...(1000 bytes truncated)"));
  }

  @Test
  void withTruncatedTexts_onlyOneTooLong_isTruncated() {
    assertThat(entry("n".repeat(129), "u", "c").withTruncatedTexts().processName())
        .endsWith("(1 bytes truncated)");
    assertThat(entry("n", "u".repeat(129), "c").withTruncatedTexts().user())
        .endsWith("(1 bytes truncated)");
    assertThat(entry("n", "u", "c".repeat(257)).withTruncatedTexts().command())
        .endsWith("(1 bytes truncated)");
  }

  private static ProcessEntry entry(String name, String user, String command) {
    return new ProcessEntry(
        1, "GPU-x", 42, name, 2, 3.5, 4.5, 5, 6, user, "S", "7", 8, command, 9, 10, true, 11, 12,
        13.5);
  }
}
