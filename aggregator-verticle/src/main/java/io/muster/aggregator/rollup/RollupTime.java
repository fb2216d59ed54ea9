package io.muster.aggregator.rollup;

import static java.time.ZoneOffset.UTC;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The instant of a roll-up, in the forms that the statements need.
 *
 * @param now time of the server's clock
 */
record RollupTime(OffsetDateTime now) {
  private static final int SLOT_MINUTES = 2;

  static RollupTime of(Instant now) {
    return new RollupTime(now.atOffset(UTC));
  }

  LocalDate today() {
    return now.toLocalDate();
  }

  OffsetDateTime midnight() {
    return now.truncatedTo(ChronoUnit.DAYS);
  }

  OffsetDateTime hourStart() {
    return now.truncatedTo(ChronoUnit.HOURS);
  }

  /** Returns one bit for each two-minute slot of the hour that has ended. */
  int elapsedSlotMask() {
    return (1 << (now.getMinute() / SLOT_MINUTES)) - 1;
  }
}
