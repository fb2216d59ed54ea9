package io.muster.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for what another process does: asks again and again, within a bound, and fails with the
 * last objection.
 */
public final class Eventually {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Eventually() {}

  /**
   * Runs the assertion until it passes. After the bound, its last failure is the test's failure.
   */
  public static void within(Duration bound, Assertion assertion) {
    var end = System.nanoTime() + bound.toNanos();
    while (true) {
      try {
        assertion.check();
        return;
      } catch (AssertionError | Exception objection) {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("not within " + bound + ": " + objection, objection);
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Something that must come true; may fail in any way until it does. */
  @FunctionalInterface
  public interface Assertion {
    void check() throws Exception;
  }
}
