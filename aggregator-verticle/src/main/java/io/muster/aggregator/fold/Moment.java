package io.muster.aggregator.fold;

import static java.time.ZoneOffset.UTC;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/**
 * The instant of a fold, as the statements need it.
 *
 * @param now by the server's clock
 */
record Moment(OffsetDateTime now) {
  private static final int SLOT_MINUTES = 2;

  static Moment of(Instant now) {
    return new Moment(now.atOffset(UTC));
  }

  LocalDate today() {
    return now.toLocalDate();
  }

  OffsetDateTime midnight() {
    return now.truncatedTo(ChronoUnit.DAYS);
  }

  OffsetDateTime hour() {
    return now.truncatedTo(ChronoUnit.HOURS);
  }

  /** One bit for each two-minute slot of the hour that is over. */
  int slotsOver() {
    return (1 << (now.getMinute() / SLOT_MINUTES)) - 1;
  }
}
