package io.muster.collector.loop;

/** Is told what the lanes of one source do, on their context. */
public interface LaneMetrics {
  /** Listens to nothing. */
  LaneMetrics NONE =
      new LaneMetrics() {
        @Override
        public void recordRead(long elapsedNanos) {}

        @Override
        public void recordTimeout() {}
      };

  /**
   * The source answered, in time or late, or broke.
   *
   * @param elapsedNanos since it was asked, the wait for its thread included
   */
  void recordRead(long elapsedNanos);

  /** A pass went on without the source. */
  void recordTimeout();
}
