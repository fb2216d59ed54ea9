package io.muster.aggregator.history;

import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * What there is to be told of a range, found without counting it: of many hours of clients only so
 * many were looked at.
 *
 * @param clients that were ever heard
 * @param span part of the range in which there may be something
 * @param rawSince since when heartbeats are kept one by one, milliseconds since the epoch
 * @param beats in the hours that were looked at
 * @param minutes with heartbeats in those hours, at most
 * @param hours that were looked at
 */
record HealthExtent(int clients, Span span, long rawSince, long beats, long minutes, long hours) {
  /** Hours of clients that are looked at: each has a heartbeat, so more are too many points. */
  static final int MAX_HOURS = Resolution.MAX_POINTS + 1;

  /** Points of one statement, which are sorted before the first of them is there. */
  private static final long POINTS_OF_A_PIECE = 20_000;

  /**
   * @param range that was asked for
   */
  static HealthExtent of(Row row, Span range) {
    var hours = row.getLong("hours");
    var oldest = millis(row, hours < MAX_HOURS ? "oldest" : "hours_since");
    return new HealthExtent(
        row.getInteger("clients"),
        range.within(new Span(oldest, millis(row, "last_ts") + 1)),
        millis(row, "raw_since"),
        row.getLong("beats"),
        row.getLong("minutes"),
        hours);
  }

  /** The finest resolution at which the answer is complete and not too large. */
  Resolution resolution() {
    if (hours >= MAX_HOURS || span.from() < rawSince) {
      return Resolution.HOUR;
    }
    if (beats <= Resolution.MAX_POINTS) {
      return Resolution.RAW;
    }
    return minutes <= Resolution.MAX_POINTS ? Resolution.MINUTE : Resolution.HOUR;
  }

  /** Part of the range in which there may be something at a resolution. */
  Span span(Resolution resolution) {
    return resolution == Resolution.HOUR ? span : span.within(new Span(rawSince, Long.MAX_VALUE));
  }

  /** How long a range may be that one statement answers; empty: as long as it is. */
  Optional<Duration> piece(Resolution resolution) {
    var points = points(resolution);
    if (hours < MAX_HOURS && points <= POINTS_OF_A_PIECE) {
      return Optional.empty();
    }
    var pointsOfAnHour = (double) points / hours * clients;
    var pieceHours = POINTS_OF_A_PIECE / pointsOfAnHour;
    return Optional.of(Duration.ofMillis((long) (pieceHours * Duration.ofHours(1).toMillis())));
  }

  private long points(Resolution resolution) {
    return switch (resolution) {
      case RAW -> beats;
      case MINUTE -> minutes;
      case HOUR -> hours;
    };
  }

  private static long millis(Row row, String column) {
    return Optional.ofNullable(row.getOffsetDateTime(column))
        .map(OffsetDateTime::toInstant)
        .map(Instant::toEpochMilli)
        .orElse(0L);
  }
}
