package io.muster.api.rest;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;

/**
 * The time range of a request, in UTC.
 *
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis first instant that is too late
 */
record DateRange(long fromMillis, long untilMillis) {
  /** No heartbeat lies outside of these, and PostgreSQL can hold every year of four digits. */
  private static final LocalDate FIRST = LocalDate.of(1970, 1, 1);

  private static final LocalDate LAST = LocalDate.of(9999, 12, 31);
  private static final DateTimeFormatter DATE = formatter("-MM-dd");
  private static final DateTimeFormatter DATE_TIME = formatter("-MM-dd'T'HH:mm:ss");

  /**
   * A date is a whole UTC day, both ends inclusive; {@code YYYY-MM-DDTHH:MM:SS} is exact, its end
   * exclusive.
   */
  static DateRange parse(Optional<String> start, Optional<String> end) {
    long from =
        start.map(text -> instant("start_date", text, 0)).orElse(millis(FIRST.atStartOfDay()));
    long until = end.map(text -> instant("end_date", text, 1)).orElse(millis(LAST.atStartOfDay()));
    var endsWithDay = end.filter(text -> !isDateTime(text)).isPresent();
    if (from > until || (endsWithDay && from == until)) {
      throw new FleetException(
          Code.INVALID_ARGUMENT,
          "start_date=" + start.orElse("") + ": expected not after end_date=" + end.orElse(""));
    }
    return new DateRange(from, until);
  }

  private static long instant(String name, String text, int daysAfterDate) {
    try {
      return isDateTime(text)
          ? millis(LocalDateTime.parse(text, DATE_TIME))
          : millis(LocalDate.parse(text, DATE).plusDays(daysAfterDate).atStartOfDay());
    } catch (DateTimeParseException e) {
      throw new FleetException(
          Code.INVALID_ARGUMENT, name + "=" + text + ": expected a date as YYYY-MM-DD", e);
    }
  }

  private static boolean isDateTime(String text) {
    return text.indexOf('T') >= 0;
  }

  /** Years have four digits and no sign: a pattern of letters would take more. */
  private static DateTimeFormatter formatter(String afterYear) {
    return new DateTimeFormatterBuilder()
        .appendValue(ChronoField.YEAR, 4)
        .appendPattern(afterYear)
        .toFormatter(Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  private static long millis(LocalDateTime utc) {
    return utc.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
