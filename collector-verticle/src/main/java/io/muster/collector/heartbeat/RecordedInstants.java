package io.muster.collector.heartbeat;

import java.time.Duration;

/**
 * The instants of a host's newest heartbeats, so that no two share one. A clock that was set back
 * runs through the same hours again: where a heartbeat meets the millisecond of an earlier one, it
 * takes the one before, because it would be stored as a repetition of the other one otherwise.
 */
final class RecordedInstants {
  /** How far back it remembers; a clock that is set back by more risks a rare repetition. */
  static final Duration MEMORY = Duration.ofHours(2);

  private final long[] ring;
  private int count;
  private long newest = Long.MIN_VALUE;

  RecordedInstants(Duration interval) {
    ring = new long[(int) (MEMORY.toMillis() / interval.toMillis())];
  }

  /** The instant itself, or the nearest free one before it; taken from now on. */
  long claim(long atMillis) {
    var free = atMillis;
    while (free <= newest && isTaken(free)) {
      free--;
    }
    ring[count % ring.length] = free;
    count++;
    newest = Math.max(newest, free);
    return free;
  }

  private boolean isTaken(long atMillis) {
    for (var index = 0; index < Math.min(count, ring.length); index++) {
      if (ring[index] == atMillis) {
        return true;
      }
    }
    return false;
  }
}
