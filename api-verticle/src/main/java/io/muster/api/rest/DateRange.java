package io.muster.api.rest;

import io.muster.api.rest.contract.Arguments;
import io.muster.api.rest.contract.BadRequestException;
import io.muster.api.rest.contract.RequestTime;
import io.muster.schema.history.MonitorQuery.QueryDayRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The time range of a request, in UTC.
 *
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis end of the range, exclusive, milliseconds since the epoch
 */
record DateRange(long fromMillis, long untilMillis) {
  /** Every heartbeat lies between these dates; PostgreSQL can store all four-digit years. */
  private static final LocalDate FIRST_DATE = LocalDate.of(1970, 1, 1);

  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final LocalDate LAST_DATE = LocalDate.of(9999, 12, 31);

  /** Returns the range of the request; an end that it does not name is open. */
  static DateRange of(Arguments request) {
    return parse(request.text("start_date"), request.text("end_date"));
  }

  /** Returns the range of the request; empty if it names neither end. */
  static Optional<DateRange> findIn(Arguments request) {
    return request
        .text("start_date")
        .or(() -> request.text("end_date"))
        .map(ignored -> of(request));
  }

  /** Returns the UTC days that contain an instant of the range. */
  QueryDayRange days() {
    return new QueryDayRange(
        Math.floorDiv(fromMillis, DAY_MILLIS),
        fromMillis < untilMillis
            ? Math.floorDiv(untilMillis - 1, DAY_MILLIS)
            : Math.floorDiv(fromMillis, DAY_MILLIS) - 1);
  }

  /**
   * Parses the ends. A date is a whole UTC day, inclusive at both ends; an instant is exact, and
   * exclusive as the end.
   */
  static DateRange parse(Optional<String> start, Optional<String> end) {
    long from =
        start.map(text -> parseMillis("start_date", text, 0)).orElse(startOfDayMillis(FIRST_DATE));
    long until =
        end.map(text -> parseMillis("end_date", text, 1)).orElse(startOfDayMillis(LAST_DATE));
    var endsWithDay = end.flatMap(RequestTime::parseDate).isPresent();
    if (start.isPresent() && end.isPresent() && (from > until || (endsWithDay && from == until))) {
      throw BadRequestException.of("start_date", "a date not after end_date");
    }
    return new DateRange(from, until);
  }

  private static long parseMillis(String name, String text, int daysAfterDate) {
    return RequestTime.parseDate(text)
        .map(date -> startOfDayMillis(date.plusDays(daysAfterDate)))
        .or(() -> RequestTime.parseUtcInstant(text).map(Instant::toEpochMilli))
        .orElseThrow(
            () -> BadRequestException.of(name, "a date as YYYY-MM-DD, or an instant of RFC 3339"));
  }

  private static long startOfDayMillis(LocalDate date) {
    return date.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
