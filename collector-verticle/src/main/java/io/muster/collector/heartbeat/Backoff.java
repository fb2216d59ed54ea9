package io.muster.collector.heartbeat;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Retry delays: 1 s, then doubled after each failure up to 30 s, each shortened at random by up to
 * a half, so that the collectors of a fleet do not reconnect all at once. Confined to the context
 * of its pipeline.
 */
final class Backoff {
  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofSeconds(30);
  private static final int MAX_DELAY_FAILURES = 5;

  /** Some failures are normal at each start, when the database starts later than the collector. */
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
   * Counts a failure. Returns true if the number of consecutive failures just reached the threshold
   * for logging.
   */
  boolean recordFailure() {
    var maxDelay =
        failures >= MAX_DELAY_FAILURES ? MAX_DELAY : FIRST_DELAY.multipliedBy(1L << failures);
    delayNanos = (long) (maxDelay.toNanos() * (1 - random.getAsDouble() / 2));
    failedAtNanos = nanoTime.getAsLong();
    failures++;
    return failures == LOGGED_FAILURES;
  }

  /**
   * Resets the delay. Returns true if the failures before it had reached the threshold for logging.
   */
  boolean recordSuccess() {
    var hasRecovered = failures >= LOGGED_FAILURES;
    failures = 0;
    return hasRecovered;
  }
}
