package io.muster.collector.source;

/** Keeps one CPU busy: counters of CPU time advance only under load. */
public final class BusyLoop {
  private BusyLoop() {}

  public static void run(long durationNanos) {
    long deadlineNanos = System.nanoTime() + durationNanos;
    while (System.nanoTime() < deadlineNanos) {
      Thread.onSpinWait();
    }
  }
}
