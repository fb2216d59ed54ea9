package io.muster.api;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps every line that is logged, with its level and what was thrown, until it is closed. */
public final class LogLines implements AutoCloseable {
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Keeper keeper = new Keeper();

  private LogLines() {}

  public static LogLines keep() {
    var log = new LogLines();
    Logger.getLogger("").addHandler(log.keeper);
    return log;
  }

  /** All so far, {@code LEVEL message thrown}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    Logger.getLogger("").removeHandler(keeper);
  }

  private final class Keeper extends Handler {
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
