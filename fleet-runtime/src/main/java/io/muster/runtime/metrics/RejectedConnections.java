package io.muster.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The rejected connections of one cluster port: counts all of them, and limits the log lines about
 * them. Safe for use by any thread.
 *
 * @param <R> reason of a rejection
 */
public final class RejectedConnections<R extends Enum<R>> {
  /** The limit of log lines per minute. */
  public static final int MAX_LINES = 20;

  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Function<R, Counter> counters;
  private final LongSupplier nanoTime;
  private final Set<Object> loggedSubjects = new HashSet<>();
  private long windowStartNanos;

  /**
   * Registers the counters.
   *
   * @param port {@code bus} or {@code member}
   * @param nanoTime elapsed time, ns
   */
  public RejectedConnections(
      MeterRegistry registry, String port, Class<R> reasons, LongSupplier nanoTime) {
    this.counters =
        new MeterFactory(registry, "muster.cluster.")
            .withTag("port", port)
            .counters(
                "rejected.connections",
                "Connections to or from the cluster ports that were closed as not those of a"
                    + " member",
                "reason",
                reasons);
    this.nanoTime = nanoTime;
    this.windowStartNanos = nanoTime.getAsLong();
  }

  /**
   * Counts a connection. Returns true if it is to be logged: once per minute for each subject, and
   * {@link #MAX_LINES} times per minute in total.
   *
   * @param subject the part of the log line by which lines are compared
   */
  public boolean count(R reason, Object subject) {
    counters.apply(reason).increment();
    return claimLine(subject);
  }

  private synchronized boolean claimLine(Object subject) {
    if (nanoTime.getAsLong() - windowStartNanos > WINDOW_NANOS) {
      windowStartNanos = nanoTime.getAsLong();
      loggedSubjects.clear();
    }
    return loggedSubjects.size() < MAX_LINES && loggedSubjects.add(subject);
  }
}
