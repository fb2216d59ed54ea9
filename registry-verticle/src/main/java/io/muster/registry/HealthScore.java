package io.muster.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How well a host has been doing: {@code clamp(floor(A x F) - P, 0, 100)}, where A is the share of
 * two-minute slots with a heartbeat, in percent, over the last 30 UTC days since its first
 * heartbeat; F is 1 while it is heard, 0.9 within an hour, 0.7 within a day and 0.5 after that; and
 * P is 20 for a declared error.
 */
final class HealthScore {
  private static final Duration SLOT = Duration.ofMinutes(2);
  private static final int ERROR_PENALTY = 20;

  private HealthScore() {}

  /**
   * The score, 0..100; 0 for a host that was never heard.
   *
   * @param slots slots with a heartbeat in the last 30 days
   * @param firstSlot start of the first of them
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
    var expected = Math.max(1, Duration.between(firstSlot.get(), now).dividedBy(SLOT));
    var available = Math.min(100, 100.0 * slots / expected);
    var penalty = status.equals("error") ? ERROR_PENALTY : 0;
    var score = (int) Math.floor(available * factor(lastSeen.get(), status, now)) - penalty;
    return Math.max(0, Math.min(100, score));
  }

  private static double factor(Instant lastSeen, String status, Instant now) {
    var silent = Duration.between(lastSeen, now);
    if (status.equals("maintenance") || silent.compareTo(SLOT) <= 0) {
      return 1;
    }
    if (silent.compareTo(Duration.ofHours(1)) < 0) {
      return 0.9;
    }
    return silent.compareTo(Duration.ofDays(1)) < 0 ? 0.7 : 0.5;
  }
}
