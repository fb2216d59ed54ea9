package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.JournalEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalLineParserTest {
  @Test
  void parse_binaryMessage_isDecodedAsUtf8() {
    assertThat(message("[72,195,182,255,33]")).isEqualTo("Hö\uFFFD!");
    assertThat(message("[]")).isEmpty();
    assertThat(message("[\"first\",\"second\"]")).isEqualTo("first");
    assertThat(message("[[72,105],\"second\"]")).isEqualTo("Hi");
  }

  @Test
  void parse_noMessage_isStillAnEntry() {
    var entry = entry("{\"__REALTIME_TIMESTAMP\":\"5\"}");

    assertThat(entry.message()).isEmpty();
    assertThat(entry.priority()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"9\"", "\"99999999999\""})
  void parse_priorityOutOfRange_isTheLowest(String priority) {
    assertThat(entry("{\"__REALTIME_TIMESTAMP\":\"5\",\"PRIORITY\":" + priority + "}").priority())
        .isEqualTo(7);
  }

  @Test
  void parse_invalidNumbers_areEmpty() {
    var entry =
        entry("{\"__REALTIME_TIMESTAMP\":\"5\",\"_PID\":\"x\",\"_UID\":\"-1\",\"_GID\":null}");

    assertThat(entry.pid()).isEmpty();
    assertThat(entry.userId()).isEmpty();
    assertThat(entry.groupId()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-- No entries --",
        "{\"__REALTIME_TIMESTAMP\":\"179",
        "{\"MESSAGE\":\"when?\"}",
        "[]",
        "null",
        "\"text\"",
        "{\"__REALTIME_TIMESTAMP\":\"99999999999999999999999\"}"
      })
  void parse_invalidEntry_isEmpty(String line) {
    assertThat(JournalLineParser.parse(line)).isEmpty();
  }

  private static String message(String json) {
    return entry("{\"__REALTIME_TIMESTAMP\":\"5\",\"MESSAGE\":" + json + "}").message();
  }

  private static JournalEntry entry(String line) {
    return JournalLineParser.parse(line).orElseThrow();
  }
}
