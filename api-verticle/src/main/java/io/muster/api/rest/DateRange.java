package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.schema.BadRequestException;
import io.muster.schema.history.MonitorQuery.QueryDayRange;
import java.time.Duration;
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
  private static final LocalDate FIRST_DATE = LocalDate.of(1970, 1, 1);

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final LocalDate LAST_DATE = LocalDate.of(9999, 12, 31);
  private static final DateTimeFormatter DATE = formatter("-MM-dd");
  private static final DateTimeFormatter DATE_TIME = formatter("-MM-dd'T'HH:mm:ss");

  /** The range that the request names, with open ends where it names none. */
  static DateRange of(Arguments request) {
    return parse(request.text("start_date"), request.text("end_date"));
  }

  /** The range if the request names one of its ends. */
  static Optional<DateRange> findIn(Arguments request) {
    return request
        .text("start_date")
        .or(() -> request.text("end_date"))
        .map(ignored -> of(request));
  }

  /** The days that have an instant of it. */
  QueryDayRange days() {
    return new QueryDayRange(
        Math.floorDiv(fromMillis, DAY_MILLIS),
        fromMillis < untilMillis
            ? Math.floorDiv(untilMillis - 1, DAY_MILLIS)
            : Math.floorDiv(fromMillis, DAY_MILLIS) - 1);
  }

  /**
   * A date is a whole UTC day, both ends inclusive; {@code YYYY-MM-DDTHH:MM:SS} is exact, its end
   * exclusive.
   */
  static DateRange parse(Optional<String> start, Optional<String> end) {
    long from =
        start
            .map(text -> parseMillis("start_date", text, 0))
            .orElse(toMillis(FIRST_DATE.atStartOfDay()));
    long until =
        end.map(text -> parseMillis("end_date", text, 1))
            .orElse(toMillis(LAST_DATE.atStartOfDay()));
    var endsWithDay = end.filter(text -> !isDateTime(text)).isPresent();
    if (from > until || (endsWithDay && from == until)) {
      throw BadRequestException.of("start_date", "not after end_date");
    }
    return new DateRange(from, until);
  }

  private static long parseMillis(String name, String text, int daysAfterDate) {
    try {
      return isDateTime(text)
          ? toMillis(LocalDateTime.parse(text, DATE_TIME))
          : toMillis(LocalDate.parse(text, DATE).plusDays(daysAfterDate).atStartOfDay());
    } catch (DateTimeParseException e) {
      throw BadRequestException.of(name, "a date as YYYY-MM-DD");
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

  private static long toMillis(LocalDateTime utc) {
    return utc.toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
