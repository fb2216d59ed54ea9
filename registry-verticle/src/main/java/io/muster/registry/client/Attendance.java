package io.muster.registry.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * In how many two-minute slots a client was heard, of those that were over since its first
 * heartbeat, in 30 UTC days at most.
 *
 * @param heard slots with a heartbeat
 * @param expected slots; 0 before the first is over
 */
record Attendance(long heard, long expected) {
  private static final Duration DAYS_BEFORE = Duration.ofDays(29);
  private static final long SLOT_SECONDS = Duration.ofMinutes(2).toSeconds();

  /**
   * From what the last fold counted. A client that was heard since is judged by the time of that
   * fold, for what came after it is not counted yet; one that is silent since by now. The 30 days
   * are those of the fold.
   */
  static Attendance of(Standing standing, Instant now) {
    return standing
        .foldedAt()
        .map(folded -> of(standing, folded, now))
        .orElse(new Attendance(0, 0));
  }

  private static Attendance of(Standing standing, Instant folded, Instant now) {
    var end = slot(standing.seenAt().isAfter(folded) ? folded : now);
    var start = Math.max(slot(standing.firstAt()), slot(windowStart(folded)));
    // The slot of the fold was not over then, and is not among those that were counted.
    var last = slot(standing.lastAt());
    var heardLast = last >= slot(folded) && last < end ? 1 : 0;
    var expected = Math.max(0, end - start);
    return new Attendance(Math.min(expected, standing.slots() + heardLast), expected);
  }

  /** This part of a whole that all slots would be, rounded down; who missed none has all of it. */
  int share(int whole) {
    return expected == 0 ? whole : (int) (whole * heard / expected);
  }

  private static Instant windowStart(Instant folded) {
    return folded.truncatedTo(ChronoUnit.DAYS).minus(DAYS_BEFORE);
  }

  private static long slot(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), SLOT_SECONDS);
  }
}
