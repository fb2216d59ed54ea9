package io.muster.registry.client;

import io.muster.schema.client.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the health of a client, 0..100, is made of. */
public enum HealthFormula {
  /**
   * {@code clamp(floor(A x F) - P, 0, 100)}, where A is its {@linkplain Uptime attendance} in
   * percent; F is 1 while it is heard, 0.9 within an hour, 0.7 within a day and 0.5 after that; and
   * P is what its warnings take off. Under maintenance F is 1 and P is 0.
   */
  FULL,
  /** The attendance in percent, rounded down. */
  AVAILABILITY;

  private static final Duration MAX_REPORT_AGE = Duration.ofMinutes(2);

  /** The rule of this name, as the settings have it. */
  public static Optional<HealthFormula> of(String name) {
    return Arrays.stream(values())
        .filter(formula -> formula.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

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

  /** Lost contact and low uptime, told at a request like a declared error, take nothing off. */
  private static int penalty(ClientHealthInput input) {
    return switch (input.declaredStatus()) {
      case MAINTENANCE -> 0;
      case ERROR -> Warning.penalty(input.warningMask() | Warning.DECLARED_ERROR.bit());
      case ACTIVE, ONLINE, OFFLINE -> Warning.penalty(input.warningMask());
    };
  }
}
