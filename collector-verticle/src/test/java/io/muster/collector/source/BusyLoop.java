package io.muster.collector.source;

import java.time.Duration;

/**
 * Keeps one CPU busy: counters of CPU time advance only under load. Runs on the thread of the
 * caller and ends by itself, so that a test that fails leaves no load behind.
 */
public final class BusyLoop {
  private BusyLoop() {}

  public static void run(Duration duration) {
    long startedNanos = System.nanoTime();
    while (System.nanoTime() - startedNanos < duration.toNanos()) {
      Thread.onSpinWait();
    }
  }
}
