package io.muster.collector.loop;

/** Records the reads of the lanes of one source, on their context. */
public interface LaneMetrics {
  /** Records nothing. */
  LaneMetrics NONE =
      new LaneMetrics() {
        @Override
        public void recordRead(long elapsedNanos) {}

        @Override
        public void recordTimeout() {}
      };

  /**
   * Records a read that ended, in time or late, successfully or not.
   *
   * @param elapsedNanos since the request, waiting for the thread included
   */
  void recordRead(long elapsedNanos);

  /** Records a pass that continued without the source. */
  void recordTimeout();
}
