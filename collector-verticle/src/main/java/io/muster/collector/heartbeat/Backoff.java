package io.muster.collector.heartbeat;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * When to try again: after 1 s, then twice as long after each failure up to 30 s, each shortened at
 * random by up to a half, so that the collectors of a fleet do not come back all at once.
 */
final class Backoff {
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(30);
  private static final int MAX_DELAY_FAILURES = 5;

  /** A stumble or two belong to every start, when the database comes up after the collector. */
  private static final int LOGGED_FAILURES = 4;

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

  boolean canRetry() {
    return failures == 0 || nanoTime.getAsLong() - failedAtNanos >= delayNanos;
  }

  /**
   * Answers whether there have been enough failures in a row to tell a person, for the first time.
   */
  boolean recordFailure() {
    var maxDelay =
        failures >= MAX_DELAY_FAILURES ? MAX_DELAY : FIRST_DELAY.multipliedBy(1L << failures);
    delayNanos = (long) (maxDelay.toNanos() * (1 - random.getAsDouble() / 2));
    failedAtNanos = nanoTime.getAsLong();
    failures++;
    return failures == LOGGED_FAILURES;
  }

  /** Answers whether it ends a row of failures that was worth telling. */
  boolean recordSuccess() {
    var hasRecovered = failures >= LOGGED_FAILURES;
    failures = 0;
    return hasRecovered;
  }
}
