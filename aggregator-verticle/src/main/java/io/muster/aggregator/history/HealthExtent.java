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
 * @param range part of the range in which there may be something
 * @param rawSinceMillis since when heartbeats are kept one by one, milliseconds since the epoch
 * @param heartbeats in the hours that were looked at
 * @param minutes with heartbeats in those hours, at most
 * @param hours that were looked at
 */
record HealthExtent(
    int clients, TimeRange range, long rawSinceMillis, long heartbeats, long minutes, long hours) {
  /** Hours of clients that are looked at: each has a heartbeat, so more are too many points. */
  static final int MAX_HOURS = Resolution.MAX_POINTS + 1;

  /** Points of one statement, which are sorted before the first of them is there. */
  private static final long MAX_POINTS_PER_CHUNK = 20_000;

  /**
   * @param range that was asked for
   */
  static HealthExtent of(Row row, TimeRange range) {
    var hours = row.getLong("hours");
    var oldestMillis = millis(row, hours < MAX_HOURS ? "oldest" : "hours_since");
    return new HealthExtent(
        row.getInteger("clients"),
        range.intersection(new TimeRange(oldestMillis, millis(row, "last_ts") + 1)),
        millis(row, "raw_since"),
        row.getLong("beats"),
        row.getLong("minutes"),
        hours);
  }

  /** The finest resolution at which the answer is complete and not too large. */
  Resolution resolution() {
    if (hours >= MAX_HOURS || range.fromMillis() < rawSinceMillis) {
      return Resolution.HOUR;
    }
    if (heartbeats <= Resolution.MAX_POINTS) {
      return Resolution.RAW;
    }
    return minutes <= Resolution.MAX_POINTS ? Resolution.MINUTE : Resolution.HOUR;
  }

  /** Part of the range in which there may be something at a resolution. */
  TimeRange range(Resolution resolution) {
    return resolution == Resolution.HOUR
        ? range
        : range.intersection(new TimeRange(rawSinceMillis, Long.MAX_VALUE));
  }

  /** How long a range may be that one statement answers; empty: as long as it is. */
  Optional<Duration> chunkLength(Resolution resolution) {
    var points = estimatedPoints(resolution);
    if (hours < MAX_HOURS && points <= MAX_POINTS_PER_CHUNK) {
      return Optional.empty();
    }
    var pointsPerHour = (double) points / hours * clients;
    var chunkHours = MAX_POINTS_PER_CHUNK / pointsPerHour;
    return Optional.of(Duration.ofMillis((long) (chunkHours * Duration.ofHours(1).toMillis())));
  }

  private long estimatedPoints(Resolution resolution) {
    return switch (resolution) {
      case RAW -> heartbeats;
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
