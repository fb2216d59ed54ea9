package io.muster.schema.frame;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records log lines, with level and throwable, until it is closed. Safe for use by any thread. */
public final class LogCapture implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final CapturingHandler handler = new CapturingHandler();
  private final Logger logger; // Otherwise it would be collected, and its handler with it.

  private LogCapture(String loggerName) {
    logger = Logger.getLogger(loggerName);
    logger.addHandler(handler);
  }

  /** Records the lines of all loggers. */
  public static LogCapture start() {
    return start("");
  }

  /** Records the lines of a class, or of a package and those below it. */
  public static LogCapture start(String loggerName) {
    return new LogCapture(loggerName);
  }

  /** The lines so far, as {@code LEVEL message throwable}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
  }

  private final class CapturingHandler extends Handler {
    @Override
    public void publish(LogRecord line) {
      lines.add(line.getLevel() + " " + line.getMessage() + " " + line.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
