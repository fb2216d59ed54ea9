package io.muster.collector.host;

/** Keeps one CPU busy: counters of CPU time move only when somebody computes. */
final class Spin {
  private Spin() {}

  static void forNanos(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
