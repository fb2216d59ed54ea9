package io.muster.launcher;

import io.muster.schema.json.WireText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Formats a log event as one line: instant, level, logger, message; a stack trace follows if the
 * event has one. Control characters of messages are escaped, also in the stack trace: no name can
 * forge another event.
 */
public final class LineFormatter extends Formatter {
  @Override
  public String format(LogRecord event) {
    var line =
        event.getInstant().truncatedTo(ChronoUnit.MILLIS)
            + " "
            + levelName(event.getLevel())
            + " "
            + event.getLoggerName()
            + " "
            + WireText.escapeControls(formatMessage(event))
            + "\n";
    return event.getThrown() == null ? line : line + stackTrace(event.getThrown());
  }

  private static String levelName(Level level) {
    if (level.intValue() >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (level.intValue() >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  private static String stackTrace(Throwable thrown) {
    var text = new StringWriter();
    thrown.printStackTrace(new EscapingWriter(text));
    return text.toString();
  }

  /** Escapes each line of a stack trace but the tabs of its indentation. Confined to one call. */
  private static final class EscapingWriter extends PrintWriter {
    EscapingWriter(StringWriter out) {
      super(out);
    }

    @Override
    public void println(@Nullable Object line) {
      var text = String.valueOf(line);
      var indent = 0;
      while (indent < text.length() && text.charAt(indent) == '\t') {
        indent++;
      }
      super.println(text.substring(0, indent) + WireText.escapeControls(text.substring(indent)));
    }
  }
}
