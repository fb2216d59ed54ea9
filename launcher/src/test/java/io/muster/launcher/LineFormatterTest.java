package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LineFormatterTest {
  private static final Instant AT = Instant.parse("2026-11-20T10:00:00.123456Z");

  @Test
  void format_event_isOneLine() {
    assertThat(
            new LineFormatter().format(event(Level.WARNING, "source stalled source={0}", "nvml")))
        .isEqualTo("2026-11-20T10:00:00.123Z WARN io.muster.Lane source stalled source=nvml\n");
  }

  @Test
  void format_hostileName_staysOnItsLine() {
    var name = "a\n2026-11-20T10:00:00.123Z ERROR io.muster.Lane forged\u001b[2J";

    assertThat(new LineFormatter().format(event(Level.INFO, "host silent host={0}", name)))
        .isEqualTo(
            "2026-11-20T10:00:00.123Z INFO io.muster.Lane host silent host="
                + "a\\u000a2026-11-20T10:00:00.123Z ERROR io.muster.Lane forged\\u001b[2J\n");
  }

  @Test
  void format_eventWithThrowable_appendsTheStackTrace() {
    var event = event(Level.SEVERE, "tick failed");
    event.setThrown(new IllegalStateException("no source"));

    assertThat(new LineFormatter().format(event))
        .startsWith("2026-11-20T10:00:00.123Z ERROR io.muster.Lane tick failed\n")
        .contains("IllegalStateException: no source", "LineFormatterTest");
  }

  @Test
  void format_hostileMessageOfACause_staysOnItsLine() {
    var event = event(Level.SEVERE, "tick failed");
    event.setThrown(
        new IllegalStateException(new IllegalArgumentException("a\n2026 forged\u001b[2J")));

    assertThat(new LineFormatter().format(event))
        .contains(
            "\nCaused by: java.lang.IllegalArgumentException: a\\u000a2026 forged\\u001b[2J\n")
        .contains("\n\tat ")
        .doesNotContain("\n2026 forged", "\u001b");
  }

  @Test
  void format_hostileMessageOfASuppressedException_staysOnItsLine() {
    var event = event(Level.SEVERE, "tick failed");
    var thrown = new IllegalStateException("first\r\n\tat forged.Frame(Forged.java:1)");
    thrown.addSuppressed(
        new IllegalStateException(
            "second\u2028forged\u001b]0;x\u0007",
            new IllegalStateException("third\u0085\nforged")));
    event.setThrown(thrown);

    var lines = new LineFormatter().format(event).split("\\R");

    assertThat(lines)
        .contains(
            "java.lang.IllegalStateException: first\\u000d\\u000a\\u0009at"
                + " forged.Frame(Forged.java:1)",
            "\tSuppressed: java.lang.IllegalStateException: second\\u2028forged\\u001b]0;x\\u0007",
            "\tCaused by: java.lang.IllegalStateException: third\\u0085\\u000aforged")
        .noneMatch(line -> line.startsWith("forged") || line.startsWith("\tat forged"))
        .anyMatch(line -> line.startsWith("\tat io.muster.launcher.LineFormatterTest"));
  }

  private static LogRecord event(Level level, String message, Object... parameters) {
    var event = new LogRecord(level, message);
    event.setInstant(AT);
    event.setLoggerName("io.muster.Lane");
    event.setParameters(parameters);
    return event;
  }
}
