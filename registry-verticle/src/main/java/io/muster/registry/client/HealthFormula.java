package io.muster.registry.client;

import io.muster.schema.client.Warning;
import java.time.Duration;
import java.time.Instant;

/** The formula by which the health of a client, 0..100, is computed. */
public enum HealthFormula {
  /**
   * {@code clamp(floor(A x F) - P, 0, 100)}, where A is its {@linkplain Uptime uptime} in percent;
   * F is 1 up to 2 minutes after its last report, 0.9 up to an hour, 0.7 up to a day and 0.5 after
   * that; and P is the penalty of its warnings. Under maintenance F is 1 and P is 0.
   */
  FULL,
  /** The uptime in percent, rounded down. */
  AVAILABILITY;

  private static final Duration MAX_REPORT_AGE = Duration.ofMinutes(2);

  int score(ClientHealthInput input, Instant now) {
    var uptime = Uptime.of(input, now);
    return switch (this) {
      case FULL ->
          Math.max(0, uptime.fractionOf(silenceFactorPercent(input, now)) - penalty(input));
      case AVAILABILITY -> uptime.fractionOf(100);
    };
  }

  private static int silenceFactorPercent(ClientHealthInput input, Instant now) {
    var silence = Duration.between(input.lastSeenAt(), now);
    if (input.declaredStatus() == DeclaredStatus.MAINTENANCE
        || silence.compareTo(MAX_REPORT_AGE) <= 0) {
      return 100;
    }
    if (silence.compareTo(Duration.ofHours(1)) < 0) {
      return 90;
    }
    return silence.compareTo(Duration.ofDays(1)) < 0 ? 70 : 50;
  }

  /**
   * Adds the declared error to the stored warnings. Lost contact and low uptime, which are also
   * evaluated at the time of a request, have no penalty.
   */
  private static int penalty(ClientHealthInput input) {
    return switch (input.declaredStatus()) {
      case MAINTENANCE -> 0;
      case ERROR -> Warning.penalty(input.warningMask() | Warning.DECLARED_ERROR.bit());
      case ACTIVE, ONLINE, OFFLINE -> Warning.penalty(input.warningMask());
    };
  }
}
