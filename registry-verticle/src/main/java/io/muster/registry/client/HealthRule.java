package io.muster.registry.client;

import io.muster.schema.client.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the health of a client, 0..100, is made of. */
public enum HealthRule {
  /**
   * {@code clamp(floor(A x F) - P, 0, 100)}, where A is its {@linkplain Attendance attendance} in
   * percent; F is 1 while it is heard, 0.9 within an hour, 0.7 within a day and 0.5 after that; and
   * P is what its warnings take off. Under maintenance F is 1 and P is 0.
   */
  FULL,
  /** The attendance in percent, rounded down. */
  AVAILABILITY;

  private static final Duration HEARD = Duration.ofMinutes(2);

  /** The rule of this name, as the settings have it. */
  public static Optional<HealthRule> of(String name) {
    return Arrays.stream(values())
        .filter(rule -> rule.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  int score(Standing standing, Instant now) {
    var attendance = Attendance.of(standing, now);
    return switch (this) {
      case FULL -> Math.max(0, attendance.share(factorPercent(standing, now)) - penalty(standing));
      case AVAILABILITY -> attendance.share(100);
    };
  }

  private static int factorPercent(Standing standing, Instant now) {
    var silent = Duration.between(standing.seenAt(), now);
    if (standing.declared() == DeclaredStatus.MAINTENANCE || silent.compareTo(HEARD) <= 0) {
      return 100;
    }
    if (silent.compareTo(Duration.ofHours(1)) < 0) {
      return 90;
    }
    return silent.compareTo(Duration.ofDays(1)) < 0 ? 70 : 50;
  }

  /** Lost contact and low uptime, told at a request like a declared error, take nothing off. */
  private static int penalty(Standing standing) {
    return switch (standing.declared()) {
      case MAINTENANCE -> 0;
      case ERROR -> Warning.penalty(standing.warnings() | Warning.DECLARED_ERROR.bit());
      case ACTIVE, ONLINE, OFFLINE -> Warning.penalty(standing.warnings());
    };
  }
}
