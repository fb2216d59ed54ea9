package io.muster.bus.metrics;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The limit of log lines about events that others can cause at will. Safe for use by any thread.
 */
public final class LogLimit {
  /** The limit of lines per minute. */
  public static final int MAX_LINES = 20;

  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final Set<Object> loggedSubjects = new HashSet<>();
  private long windowStartNanos;

  /**
   * Creates a limit.
   *
   * @param nanoTime elapsed time, ns
   */
  public LogLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.windowStartNanos = nanoTime.getAsLong();
  }

  /**
   * Returns true if a line is to be logged: once per minute for each subject, and {@link
   * #MAX_LINES} times per minute in total.
   *
   * @param subject the part of the line by which lines are compared
   */
  public synchronized boolean claimLine(Object subject) {
    if (nanoTime.getAsLong() - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nanoTime.getAsLong();
      loggedSubjects.clear();
    }
    return loggedSubjects.size() < MAX_LINES && loggedSubjects.add(subject);
  }
}
