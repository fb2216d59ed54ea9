package io.muster.aggregator.history;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.MonitorQuery;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** Queries as the database can take them; others are {@code INVALID_ARGUMENT}. */
final class QueryCheck {
  private static final LocalDate LAST_DAY = LocalDate.parse("9999-12-31");
  private static final long LAST_MILLIS = Instant.parse(LAST_DAY + "T00:00:00Z").toEpochMilli();

  private QueryCheck() {}

  /** A text that PostgreSQL takes: any without U+0000. */
  static String userId(String userId) {
    if (userId.indexOf('\0') >= 0) {
      throw invalid("user_id", userId, "a text without U+0000");
    }
    return userId;
  }

  static ClientHealth.Request checked(HealthQuery query) {
    var span = new Span(held(query.fromMillis()), held(query.untilMillis()));
    return new ClientHealth.Request(
        userId(query.userId()),
        query.clientId().map(QueryCheck::clientId),
        span,
        query.resolution().map(QueryCheck::resolution),
        query.slice());
  }

  static ClientMonitor.Request checked(MonitorQuery query) {
    return new ClientMonitor.Request(
        userId(query.userId()),
        query.clientId().map(QueryCheck::clientId),
        query.range().map(days -> new ClientMonitor.Days(day(days.first()), day(days.last()))),
        query.slice());
  }

  private static UUID clientId(String text) {
    return ClientId.normalize(text)
        .map(ClientId::toUuid)
        .orElseThrow(() -> invalid("client_id", text, "32 hexadecimal digits"));
  }

  private static Resolution resolution(String text) {
    return Resolution.of(text).orElseThrow(() -> invalid("resolution", text, "raw, 60 or 3600"));
  }

  /** Instants that PostgreSQL can hold. */
  private static long held(long millis) {
    return Math.max(0, Math.min(LAST_MILLIS, millis));
  }

  private static LocalDate day(long sinceEpoch) {
    return LocalDate.ofEpochDay(Math.max(0, Math.min(LAST_DAY.toEpochDay(), sinceEpoch)));
  }

  private static FleetException invalid(String name, String value, String expected) {
    return new FleetException(Code.INVALID_ARGUMENT, name + "=" + value + ": expected " + expected);
  }
}
