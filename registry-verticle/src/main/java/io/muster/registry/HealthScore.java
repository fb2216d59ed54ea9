package io.muster.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How well a host has been doing: {@code clamp(floor(A x F) - P, 0, 100)}, where A is the share of
 * two-minute slots with a heartbeat, in percent, over the last 30 UTC days since its first
 * heartbeat, without the slot that is not over; F is 1 while it is heard, 0.9 within an hour, 0.7
 * within a day and 0.5 after that; and P is 20 for a declared error.
 */
final class HealthScore {
  static final Duration SLOT = Duration.ofMinutes(2);
  private static final Duration DAYS_BEFORE_TODAY = Duration.ofDays(29);
  private static final int ERROR_PENALTY = 20;

  private HealthScore() {}

  /**
   * The score, 0..100; 0 for a host that was never heard.
   *
   * @param slots slots with a heartbeat in the last 30 days that are over
   * @param firstSlot start of the first slot ever with a heartbeat
   * @param lastSeen newest heartbeat by the server's clock
   * @param status effective status
   */
  static int of(
      int slots,
      Optional<Instant> firstSlot,
      Optional<Instant> lastSeen,
      String status,
      Instant now) {
    if (firstSlot.isEmpty() || lastSeen.isEmpty()) {
      return 0;
    }
    var expected = expectedSlots(firstSlot.get(), now);
    var tenths = factorTenths(lastSeen.get(), status, now);
    // A host that was heard in this slot only has missed none.
    var score = expected < 1 ? 10 * tenths : 10 * tenths * Math.min(slots, expected) / expected;
    var penalty = status.equals("error") ? ERROR_PENALTY : 0;
    return (int) Math.max(0, score - penalty);
  }

  private static long expectedSlots(Instant firstSlot, Instant now) {
    var window = now.truncatedTo(ChronoUnit.DAYS).minus(DAYS_BEFORE_TODAY);
    var start = firstSlot.isBefore(window) ? window : firstSlot;
    return Duration.between(start, now).dividedBy(SLOT);
  }

  /** Whole numbers: 90 x 0.7 would be a little less than 63. */
  private static long factorTenths(Instant lastSeen, String status, Instant now) {
    var silent = Duration.between(lastSeen, now);
    if (status.equals("maintenance") || silent.compareTo(SLOT) <= 0) {
      return 10;
    }
    if (silent.compareTo(Duration.ofHours(1)) < 0) {
      return 9;
    }
    return silent.compareTo(Duration.ofDays(1)) < 0 ? 7 : 5;
  }
}
