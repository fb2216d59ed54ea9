package io.muster.collector.loop;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counters of the requests for a fresh frame, over all hosts of a collector. Safe for use by any
 * thread.
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

  /** Requests received. */
  public long requests() {
    return requests.sum();
  }

  /** Passes started by a request; the other requests shared a frame. */
  public long passes() {
    return passes.sum();
  }
}
