package io.muster.collector.host;

/** Keeps one CPU busy: counters of CPU time advance only under load. */
final class BusyLoop {
  private BusyLoop() {}

  static void run(long durationNanos) {
    long deadlineNanos = System.nanoTime() + durationNanos;
    while (System.nanoTime() < deadlineNanos) {
      Thread.onSpinWait();
    }
  }
}
