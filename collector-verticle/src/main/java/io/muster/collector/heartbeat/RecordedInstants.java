package io.muster.collector.heartbeat;

import java.time.Duration;

/**
 * The instants of a host's newest heartbeats, so that no two share one. A clock that was set back
 * runs through the same hours again: where a heartbeat meets the millisecond of an earlier one, it
 * takes the one before, because it would be stored as a repetition of the other one otherwise.
 */
final class RecordedInstants {
  /** How far back it remembers; a clock that is set back by more risks a rare repetition. */
  static final Duration RETENTION = Duration.ofHours(2);

  private final long[] recentMillis;
  private int count;
  private long newestMillis = Long.MIN_VALUE;

  RecordedInstants(Duration interval) {
    recentMillis = new long[(int) (RETENTION.toMillis() / interval.toMillis())];
  }

  /** The instant itself, or the nearest free one before it; taken from now on. */
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
