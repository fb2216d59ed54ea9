package io.muster.aggregator.history;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import io.muster.schema.history.SeriesRange;
import io.muster.schema.state.FleetAtQuery;
import io.muster.schema.state.FleetEnergyQuery;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Validates history queries, so that the database accepts them; throws {@code INVALID_ARGUMENT} for
 * an invalid query.
 */
final class QueryValidator {
  private static final LocalDate LAST_DAY = LocalDate.parse("9999-12-31");
  private static final long LAST_MILLIS = Instant.parse(LAST_DAY + "T00:00:00Z").toEpochMilli();

  private static final long LAST_SERIES_MILLIS =
      Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();
  private static final Duration MAX_ENERGY_RANGE = Duration.ofDays(31);
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  private QueryValidator() {}

  /**
   * Returns the user id if PostgreSQL accepts it, which is the case for any text without U+0000.
   */
  static String validateUserId(String userId) {
    if (userId.indexOf('\0') >= 0) {
      throw invalid("user_id", userId, "a text without U+0000");
    }
    return userId;
  }

  static ClientHealthReader.HealthRequest validate(HealthQuery query) {
    var range = new TimeRange(clampMillis(query.fromMillis()), clampMillis(query.untilMillis()));
    return new ClientHealthReader.HealthRequest(
        validateUserId(query.userId()),
        query.clientId().map(QueryValidator::parseClientId),
        range,
        query.resolution().map(QueryValidator::parseResolution),
        query.slice());
  }

  static ClientMonitorReader.MonitorRequest validate(MonitorQuery query) {
    return new ClientMonitorReader.MonitorRequest(
        validateUserId(query.userId()),
        query.clientId().map(QueryValidator::parseClientId),
        query
            .range()
            .map(
                range ->
                    new ClientMonitorReader.UtcDayRange(
                        clampDay(range.first()), clampDay(range.last()))),
        query.slice());
  }

  /** Validates the range of a series, whose instants are limited to 1970 to 2200. */
  static SeriesReader.SeriesRequest validate(SeriesRange range, Instant now) {
    range.fromMillis().ifPresent(from -> requireSeriesInstant("from", from));
    range.untilMillis().ifPresent(until -> requireSeriesInstant("to", until));
    var until = range.untilMillis().orElseGet(now::toEpochMilli);
    var from = range.fromMillis().orElse(Math.max(0, until - DAY_MILLIS));
    if (from >= until) {
      throw invalid("from", "an instant before to");
    }
    var step = range.stepSeconds();
    if (step.isPresent() && !SeriesStep.isValid(step.get())) {
      throw invalid(
          "step",
          "seconds that divide a minute, minutes that divide an hour, hours that divide a day, or"
              + " up to 36500 whole days");
    }
    return new SeriesReader.SeriesRequest(
        new TimeRange(from, until),
        step.map(OptionalLong::of).orElseGet(OptionalLong::empty),
        range.points());
  }

  private static void requireSeriesInstant(String name, long millis) {
    if (millis < 0 || millis > LAST_SERIES_MILLIS) {
      throw invalid(name, "an instant from 1970 to 2200-01-01T00:00:00Z");
    }
  }

  /** Returns the instant; it must be from 1970 to now. */
  static Instant validate(FleetAtQuery query, Instant now) {
    if (query.atMillis() < 0 || query.atMillis() > now.toEpochMilli()) {
      throw invalid("at", "an instant that is not in the future, from 1970");
    }
    return Instant.ofEpochMilli(query.atMillis());
  }

  /** Returns the start, a whole hour of the last 31 days. */
  static Instant validate(FleetEnergyQuery query, Instant now) {
    var from = query.fromMillis().map(Instant::ofEpochMilli);
    var start = from.orElseGet(() -> now.truncatedTo(ChronoUnit.DAYS));
    if (start.isAfter(now) || start.isBefore(now.minus(MAX_ENERGY_RANGE))) {
      throw invalid("from", "an instant of the last " + MAX_ENERGY_RANGE.toDays() + " days");
    }
    return start.truncatedTo(ChronoUnit.HOURS);
  }

  private static UUID parseClientId(String text) {
    return ClientId.normalize(text)
        .map(ClientId::toUuid)
        .orElseThrow(() -> invalid("client_id", text, "32 hexadecimal digits"));
  }

  private static Resolution parseResolution(String text) {
    return Resolution.of(text).orElseThrow(() -> invalid("resolution", text, "raw, 60 or 3600"));
  }

  /** Clamps an instant to 1970-01-01 to 9999-12-31, which PostgreSQL can store. */
  private static long clampMillis(long millis) {
    return Math.max(0, Math.min(LAST_MILLIS, millis));
  }

  private static LocalDate clampDay(long epochDay) {
    return LocalDate.ofEpochDay(Math.max(0, Math.min(LAST_DAY.toEpochDay(), epochDay)));
  }

  /** The failure of a value that the sender wrote in another form than the query has it. */
  static FleetException invalid(String name, String expected) {
    return new FleetException(Code.INVALID_ARGUMENT, name + ": expected " + expected);
  }

  static FleetException invalid(String name, String value, String expected) {
    return new FleetException(Code.INVALID_ARGUMENT, name + "=" + value + ": expected " + expected);
  }
}
