package io.muster.registry.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * In how many two-minute slots a client was heard, of those that were over since its first
 * heartbeat, in 30 UTC days at most.
 *
 * @param reportedSlots slots with a heartbeat
 * @param expectedSlots slots; 0 before the first is over
 */
record Uptime(long reportedSlots, long expectedSlots) {
  private static final Duration WINDOW_BEFORE_TODAY = Duration.ofDays(29);
  private static final long SLOT_SECONDS = Duration.ofMinutes(2).toSeconds();

  /**
   * From what the last fold counted. A client that was heard since is judged by the time of that
   * fold, for what came after it is not counted yet; one that is silent since by now. The 30 days
   * are those of the fold.
   */
  static Uptime of(ClientHealthInput input, Instant now) {
    return input
        .rolledUpAt()
        .map(rolledUpAt -> of(input, rolledUpAt, now))
        .orElse(new Uptime(0, 0));
  }

  private static Uptime of(ClientHealthInput input, Instant rolledUpAt, Instant now) {
    var endSlot = slotNumber(input.lastSeenAt().isAfter(rolledUpAt) ? rolledUpAt : now);
    var startSlot =
        Math.max(slotNumber(input.firstHeartbeatAt()), slotNumber(windowStart(rolledUpAt)));
    // The slot of the fold was not over then, and is not among those that were counted.
    var lastSlot = slotNumber(input.lastHeartbeatAt());
    var lastSlotCount = lastSlot >= slotNumber(rolledUpAt) && lastSlot < endSlot ? 1 : 0;
    var expectedSlots = Math.max(0, endSlot - startSlot);
    return new Uptime(
        Math.min(expectedSlots, input.reportedSlots() + lastSlotCount), expectedSlots);
  }

  /** This part of a whole that all slots would be, rounded down; who missed none has all of it. */
  int fractionOf(int total) {
    return expectedSlots == 0 ? total : (int) (total * reportedSlots / expectedSlots);
  }

  private static Instant windowStart(Instant rolledUpAt) {
    return rolledUpAt.truncatedTo(ChronoUnit.DAYS).minus(WINDOW_BEFORE_TODAY);
  }

  private static long slotNumber(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), SLOT_SECONDS);
  }
}
