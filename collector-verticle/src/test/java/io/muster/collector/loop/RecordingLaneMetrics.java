package io.muster.collector.loop;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the events of lanes. The test reads it between two calls. */
final class RecordingLaneMetrics implements LaneMetrics {
  final List<String> sources = new CopyOnWriteArrayList<>();
  final List<Long> elapsedNanos = new CopyOnWriteArrayList<>();
  volatile int timeouts;

  /** Returns these metrics for any source. */
  LaneMetrics forSource(String source) {
    sources.add(source);
    return this;
  }

  @Override
  public void recordRead(long nanos) {
    elapsedNanos.add(nanos);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // One context writes.
  public void recordTimeout() {
    timeouts++;
  }
}
