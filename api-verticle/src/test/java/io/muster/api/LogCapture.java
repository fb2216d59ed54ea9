package io.muster.api;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records every log line, with its level and its throwable, until it is closed. */
public final class LogCapture implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final CapturingHandler handler = new CapturingHandler();

  private LogCapture() {}

  public static LogCapture start() {
    var log = new LogCapture();
    Logger.getLogger("").addHandler(log.handler);
    return log;
  }

  /** The lines so far, as {@code LEVEL message throwable}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(handler);
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
