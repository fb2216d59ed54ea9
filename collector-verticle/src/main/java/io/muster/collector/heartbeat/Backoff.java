package io.muster.collector.heartbeat;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * When to try again: after 1 s, then twice as long after each failure up to 30 s, each shortened at
 * random by up to a half, so that the collectors of a fleet do not come back all at once.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int LONGEST_AFTER = 5;

  /** A stumble or two belong to every start, when the database comes up after the collector. */
  private static final int WORTH_TELLING = 4;

  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private int failures;
  private long failedAtNanos;
  private long delayNanos;

  /**
   * @param random 0 inclusive to 1 exclusive
   */
  Backoff(LongSupplier nanoTime, DoubleSupplier random) {
    this.nanoTime = nanoTime;
    this.random = random;
  }

  boolean isOver() {
    return failures == 0 || nanoTime.getAsLong() - failedAtNanos >= delayNanos;
  }

  /**
   * Answers whether there have been enough failures in a row to tell a person, for the first time.
   */
  boolean failed() {
    var longest = failures >= LONGEST_AFTER ? LONGEST : FIRST.multipliedBy(1L << failures);
    delayNanos = (long) (longest.toNanos() * (1 - random.getAsDouble() / 2));
    failedAtNanos = nanoTime.getAsLong();
    failures++;
    return failures == WORTH_TELLING;
  }

  /** Answers whether it ends a row of failures that was worth telling. */
  boolean succeeded() {
    var recovered = failures >= WORTH_TELLING;
    failures = 0;
    return recovered;
  }
}
