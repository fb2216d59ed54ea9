package io.muster.registry.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The share of slots in which a client reported. A slot is a UTC-aligned interval of two minutes;
 * those that have ended since its first heartbeat count, in 30 UTC days at most.
 *
 * @param reportedSlots slots with a heartbeat
 * @param expectedSlots all slots; 0 before the first has ended
 */
record Uptime(long reportedSlots, long expectedSlots) {
  private static final Duration WINDOW_BEFORE_TODAY = Duration.ofDays(29);
  private static final long SLOT_SECONDS = Duration.ofMinutes(2).toSeconds();

  /**
   * Computes the uptime from the counts of the last roll-up. If the client has reported since, the
   * slots up to that roll-up are expected, because later ones are not counted yet; if it is silent,
   * those up to now. The 30 days are those of the roll-up.
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
    // The slot of the roll-up had not ended then, and is not among those that were counted.
    var lastSlot = slotNumber(input.lastHeartbeatAt());
    var lastSlotCount = lastSlot >= slotNumber(rolledUpAt) && lastSlot < endSlot ? 1 : 0;
    var expectedSlots = Math.max(0, endSlot - startSlot);
    return new Uptime(
        Math.min(expectedSlots, input.reportedSlots() + lastSlotCount), expectedSlots);
  }

  /** Returns the total times the uptime, rounded down; the total if no slot is expected yet. */
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
