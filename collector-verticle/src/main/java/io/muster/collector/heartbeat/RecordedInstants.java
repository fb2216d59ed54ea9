package io.muster.collector.heartbeat;

import java.time.Duration;

/**
 * The instants of a host's newest heartbeats, which make each instant unique. A clock that was set
 * back repeats the same instants: a heartbeat with the instant of an earlier one gets the
 * millisecond before, because otherwise the aggregator would regard it as a duplicate. Confined to
 * the context of its pipeline.
 */
final class RecordedInstants {
  /** Time covered by the instants; a clock that is set back by more may cause a rare duplicate. */
  static final Duration RETENTION = Duration.ofHours(2);

  private final long[] recentMillis;
  private int count;
  private long newestMillis = Long.MIN_VALUE;

  RecordedInstants(Duration interval) {
    recentMillis = new long[(int) (RETENTION.toMillis() / interval.toMillis())];
  }

  /** Claims and returns the instant itself, or the nearest free one before it. */
  long claim(long atMillis) {
    var freeMillis = atMillis;
    while (freeMillis <= newestMillis && isTaken(freeMillis)) {
      freeMillis--;
    }
    recentMillis[count % recentMillis.length] = freeMillis;
    count++;
    newestMillis = Math.max(newestMillis, freeMillis);
    return freeMillis;
  }

  private boolean isTaken(long atMillis) {
    for (var index = 0; index < Math.min(count, recentMillis.length); index++) {
      if (recentMillis[index] == atMillis) {
        return true;
      }
    }
    return false;
  }
}
