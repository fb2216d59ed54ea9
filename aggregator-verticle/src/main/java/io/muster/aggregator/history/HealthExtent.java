package io.muster.aggregator.history;

import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * The estimated extent of the data in a range, found without counting all data: only a limited
 * number of client hours is read.
 *
 * @param clients number of clients that have ever reported
 * @param range part of the range that may contain data
 * @param rawSinceMillis start of the stored single heartbeats, milliseconds since the epoch
 * @param heartbeats number of heartbeats in the hours that were read
 * @param minutes upper bound of the minutes with heartbeats in those hours
 * @param hours number of client hours that were read
 */
record HealthExtent(
    int clients, TimeRange range, long rawSinceMillis, long heartbeats, long minutes, long hours) {
  /**
   * Maximum number of client hours that are read: each has at least one heartbeat, so that more
   * hours have too many points.
   */
  static final int MAX_HOURS = Resolution.MAX_POINTS + 1;

  /** Maximum number of points of one statement, which sorts them before it returns the first. */
  private static final long MAX_POINTS_PER_CHUNK = 20_000;

  /**
   * Converts the row of {@code health-extent.sql}.
   *
   * @param range requested range
   */
  static HealthExtent of(Row row, TimeRange range) {
    var hours = row.getLong("hours");
    var oldestMillis = millis(row, hours < MAX_HOURS ? "oldest" : "hours_since");
    return new HealthExtent(
        row.getInteger("clients"),
        range.intersection(new TimeRange(oldestMillis, millis(row, "last_ts") + 1)),
        millis(row, "raw_since"),
        row.getLong("heartbeats"),
        row.getLong("minutes"),
        hours);
  }

  /** Returns the finest resolution at which the result is complete and not too large. */
  Resolution resolution() {
    if (hours >= MAX_HOURS || range.fromMillis() < rawSinceMillis) {
      return Resolution.HOUR;
    }
    if (heartbeats <= Resolution.MAX_POINTS) {
      return Resolution.RAW;
    }
    return minutes <= Resolution.MAX_POINTS ? Resolution.MINUTE : Resolution.HOUR;
  }

  /** Returns the part of the range that may contain data at a resolution. */
  TimeRange range(Resolution resolution) {
    return resolution == Resolution.HOUR
        ? range
        : range.intersection(new TimeRange(rawSinceMillis, Long.MAX_VALUE));
  }

  /** Returns the longest range that one statement reads; empty if one statement reads all of it. */
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
