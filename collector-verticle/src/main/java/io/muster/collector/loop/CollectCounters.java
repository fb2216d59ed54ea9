package io.muster.collector.loop;

import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the requests for a fresh frame, over all hosts of a collector. Any thread may read
 * it.
 */
public final class CollectCounters {
  private final LongAdder requests = new LongAdder();
  private final LongAdder passes = new LongAdder();

  void countRequest() {
    requests.increment();
  }

  void countPass() {
    passes.increment();
  }

  /** Requests that came. */
  public long requests() {
    return requests.sum();
  }

  /** Sampling passes that were made because of a request; the other requests shared a frame. */
  public long passes() {
    return passes.sum();
  }
}
