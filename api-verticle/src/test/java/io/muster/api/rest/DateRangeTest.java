package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.rest.contract.BadRequestException;
import io.muster.schema.history.MonitorQuery.QueryDayRange;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateRangeTest {
  @ParameterizedTest
  @CsvSource({
    "2025-07-01, 2025-07-01, 2025-07-01T00:00:00Z, 2025-07-02T00:00:00Z",
    "2024-02-28, 2024-02-29, 2024-02-28T00:00:00Z, 2024-03-01T00:00:00Z",
    "2025-07-01T06:30:00, 2025-07-01T06:30:01, 2025-07-01T06:30:00Z, 2025-07-01T06:30:01Z",
    "2025-07-01T06:30:00, 2025-07-01T06:30:00, 2025-07-01T06:30:00Z, 2025-07-01T06:30:00Z",
    "2025-07-01T23:59:59, 2025-07-01, 2025-07-01T23:59:59Z, 2025-07-02T00:00:00Z",
    "2025-07-02, 2025-07-02T00:00:00, 2025-07-02T00:00:00Z, 2025-07-02T00:00:00Z",
    "2025-07-02T01:30:00+02:00, 2025-07-02t00:00:00.5z, 2025-07-01T23:30:00Z, 2025-07-02T00:00:00.5Z",
    "2025-07-02T00:00:00-23:59, 2025-07-03, 2025-07-02T23:59:00Z, 2025-07-04T00:00:00Z",
  })
  void parse_dateOrInstant_isAWholeDayOrExact(String start, String end, String from, String until) {
    assertThat(DateRange.parse(Optional.of(start), Optional.of(end)))
        .isEqualTo(new DateRange(toMillis(from), toMillis(until)));
  }

  @Test
  void parse_missingEnds_areTheFirstAndTheLastDate() {
    assertThat(DateRange.parse(Optional.empty(), Optional.empty()))
        .isEqualTo(new DateRange(0, toMillis("9999-12-31T00:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "2025-02-30",
        "2025-13-01",
        "2025-7-1",
        "25-07-01",
        "+12025-07-01",
        "-2025-07-01",
        "+999999999-12-31",
        "2025-07-01T24:00:00",
        "2025-07-01T10:00",
        "2025-07-01T10:00:00+02",
        "2025-07-01T10:00:00+24:00",
        "2025-07-01T23:59:60Z",
        "2025-07-01 10:00:00",
        "2025-07-01T",
        " 2025-07-01"
      })
  void parse_invalidDate_isRejected(String text) {
    assertThatThrownBy(() -> DateRange.parse(Optional.empty(), Optional.of(text)))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("end_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339");
    assertThatThrownBy(() -> DateRange.parse(Optional.of(text), Optional.empty()))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("start_date: expected a date as YYYY-MM-DD, or an instant of RFC 3339");
  }

  @ParameterizedTest
  @CsvSource({
    "2025-07-02, 2025-07-01",
    "2025-07-03, 2025-07-01",
    "2025-07-01T00:00:01, 2025-07-01T00:00:00",
    "2025-07-02T00:00:00, 2025-07-01",
  })
  void parse_startAfterEnd_isRejected(String start, String end) {
    assertThatThrownBy(() -> DateRange.parse(Optional.of(start), Optional.of(end)))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("start_date: expected a date not after end_date");
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-02, 1970-01-03, 1, 2",
    "1970-01-02T23:59:59, 1970-01-03T00:00:00, 1, 1",
    "1970-01-02T12:00:00, 1970-01-03T00:00:01, 1, 2",
    "1970-01-02T12:00:00, 1970-01-02T12:00:00, 1, 0",
    "1969-12-31, 1969-12-31, -1, -1",
  })
  void days_anyRange_containAnInstantOfIt(String start, String end, long first, long last) {
    assertThat(DateRange.parse(Optional.of(start), Optional.of(end)).days())
        .isEqualTo(new QueryDayRange(first, last));
  }

  private static long toMillis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }
}
