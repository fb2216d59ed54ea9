package io.muster.collector.host;

/** Keeps one CPU busy: counters of CPU time move only when somebody computes. */
final class BusyLoop {
  private BusyLoop() {}

  static void run(long durationNanos) {
    long deadlineNanos = System.nanoTime() + durationNanos;
    while (System.nanoTime() < deadlineNanos) {
      Thread.onSpinWait();
    }
  }
}
