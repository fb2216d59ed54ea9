package io.muster.collector.loop;

/** Is told what the lanes of one source do, on their context. */
public interface LaneMeter {
  /** Listens to nothing. */
  LaneMeter NONE =
      new LaneMeter() {
        @Override
        public void answered(long elapsedNanos) {}

        @Override
        public void timedOut() {}
      };

  /**
   * The source answered, in time or late, or broke.
   *
   * @param elapsedNanos since it was asked, the wait for its thread included
   */
  void answered(long elapsedNanos);

  /** A pass went on without the source. */
  void timedOut();
}
