package io.muster.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for an effect in another process: repeats an assertion until it passes or a timeout
 * expires, and then fails with the last failure of the assertion.
 */
public final class AssertionPoller {
  private static final long POLL_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private AssertionPoller() {}

  /**
   * Runs the assertion until it passes. After the timeout, its last failure is the test's failure.
   */
  public static void awaitAssertion(Duration timeout, Assertion assertion) {
    var deadlineNanos = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError | Exception failure) {
        if (System.nanoTime() - deadlineNanos > 0) {
          throw new AssertionError("did not pass within " + timeout + ": " + failure, failure);
        }
      }
      LockSupport.parkNanos(POLL_INTERVAL_NANOS);
    }
  }

  /** An assertion that must eventually pass; may fail in any way until it does. */
  @FunctionalInterface
  public interface Assertion {
    void check() throws Exception;
  }
}
