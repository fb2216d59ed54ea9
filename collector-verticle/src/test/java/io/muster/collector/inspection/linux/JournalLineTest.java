package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.JournalEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalLineTest {
  @Test
  void parse_messageThatIsNoText_isDecodedAsFarAsItCan() {
    assertThat(message("[72,195,182,255,33]")).isEqualTo("Hö\uFFFD!");
    assertThat(message("[]")).isEmpty();
    assertThat(message("[\"first\",\"second\"]")).isEqualTo("first");
    assertThat(message("[[72,105],\"second\"]")).isEqualTo("Hi");
  }

  @Test
  void parse_withoutAMessage_isAnEntryAllTheSame() {
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
  void parse_numbersThatAreNone_areAbsent() {
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
  void parse_whatIsNoEntry_isNone(String line) {
    assertThat(JournalLine.parse(line)).isEmpty();
  }

  private static String message(String json) {
    return entry("{\"__REALTIME_TIMESTAMP\":\"5\",\"MESSAGE\":" + json + "}").message();
  }

  private static JournalEntry entry(String line) {
    return JournalLine.parse(line).orElseThrow();
  }
}
