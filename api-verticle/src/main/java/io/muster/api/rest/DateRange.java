package io.muster.api.rest;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Optional;

/**
 * The time range of a request, in UTC.
 *
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis first instant that is too late
 */
record DateRange(long fromMillis, long untilMillis) {
  /** Instants that PostgreSQL can hold, and that no heartbeat lies outside of. */
  private static final LocalDate FIRST = LocalDate.of(1970, 1, 1);

  private static final LocalDate LAST = LocalDate.of(9999, 12, 31);
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

  /**
   * A date is a whole UTC day, both ends inclusive; {@code YYYY-MM-DDTHH:MM:SS} is exact, its end
   * exclusive.
   */
  static DateRange parse(Optional<String> start, Optional<String> end) {
    var from =
        start.map(text -> instant("start_date", text, 0)).orElse(millis(FIRST.atStartOfDay()));
    var until = end.map(text -> instant("end_date", text, 1)).orElse(millis(LAST.atStartOfDay()));
    if (from > until) {
      throw new FleetException(
          Code.INVALID_ARGUMENT,
          "start_date=" + start.orElse("") + ": expected not after end_date=" + end.orElse(""));
    }
    return new DateRange(from, until);
  }

  private static long instant(String name, String text, int daysAfterDate) {
    try {
      return text.indexOf('T') < 0
          ? millis(LocalDate.parse(text, DATE).plusDays(daysAfterDate).atStartOfDay())
          : millis(LocalDateTime.parse(text, DATE_TIME));
    } catch (DateTimeParseException e) {
      throw new FleetException(
          Code.INVALID_ARGUMENT, name + "=" + text + ": expected a date as YYYY-MM-DD", e);
    }
  }

  private static long millis(LocalDateTime utc) {
    return utc.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
