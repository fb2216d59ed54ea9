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
    assertThat(entry("n".repeat(129), "u", "c").withTruncatedTexts().identity().processName())
        .endsWith("(1 bytes truncated)");
    assertThat(entry("n", "u".repeat(129), "c").withTruncatedTexts().identity().user())
        .endsWith("(1 bytes truncated)");
    assertThat(entry("n", "u", "c".repeat(257)).withTruncatedTexts().identity().command())
        .endsWith("(1 bytes truncated)");
  }

  private static ProcessEntry entry(String name, String user, String command) {
    return new ProcessEntry(
        new ProcessIdentity(42, 9, name, user, command, "7"),
        new ProcessSchedule("S", 10, 11, 12),
        new ProcessLoad(3.5, 8, 4.5, 5, 6),
        new ProcessGpuUse(1, "GPU-x", 2, 13.5, true));
  }
}
