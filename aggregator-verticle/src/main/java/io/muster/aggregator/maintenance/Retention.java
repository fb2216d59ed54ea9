package io.muster.aggregator.maintenance;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The retention of the history. Coarser data is stored at least as long as finer data, because the
 * coarser data shows how much finer data there is.
 *
 * @param raw single heartbeats, raw or compacted; 7 days or more, because a heartbeat may arrive
 *     that late, and only the stored heartbeats show that it is a duplicate
 * @param minute roll-ups of minutes; 7 days or more
 * @param hour roll-ups of hours; 31 days or more
 * @param day roll-ups of days; 31 days or more, because health covers 30 days
 * @param events fleet events; 31 days or more
 */
public record Retention(
    Duration raw, Duration minute, Duration hour, Duration day, Duration events) {
  /** The default settings: 30, 30, 90, 400 and 365 days. */
  public static final Retention DEFAULTS =
      new Retention(
          Duration.ofDays(30),
          Duration.ofDays(30),
          Duration.ofDays(90),
          Duration.ofDays(400),
          Duration.ofDays(365));

  /** The lower limits of the settings. */
  static final Retention MINIMUM =
      new Retention(
          Duration.ofDays(Partitions.MAX_LATE_DAYS),
          Duration.ofDays(Partitions.MAX_LATE_DAYS),
          Duration.ofDays(31),
          Duration.ofDays(31),
          Duration.ofDays(31));

  private static final Duration MAXIMUM = Duration.ofDays(3660);
  private static final String KEY_PREFIX = "aggregator.retention.";

  /** Reads the keys {@code aggregator.retention.*}. */
  public static Retention from(ConfigReader reader) {
    var retention =
        new Retention(
            reader.duration(KEY_PREFIX + "raw", DEFAULTS.raw, MINIMUM.raw, MAXIMUM),
            reader.duration(KEY_PREFIX + "minute", DEFAULTS.minute, MINIMUM.minute, MAXIMUM),
            reader.duration(KEY_PREFIX + "hour", DEFAULTS.hour, MINIMUM.hour, MAXIMUM),
            reader.duration(KEY_PREFIX + "day", DEFAULTS.day, MINIMUM.day, MAXIMUM),
            reader.duration(KEY_PREFIX + "events", DEFAULTS.events, MINIMUM.events, MAXIMUM));
    if (retention.minute.compareTo(retention.raw) < 0) {
      reader.addProblem(KEY_PREFIX + "minute", "must not be less than " + KEY_PREFIX + "raw");
    }
    if (retention.hour.compareTo(retention.minute) < 0) {
      reader.addProblem(KEY_PREFIX + "hour", "must not be less than " + KEY_PREFIX + "minute");
    }
    if (retention.day.compareTo(retention.hour) < 0) {
      reader.addProblem(KEY_PREFIX + "day", "must not be less than " + KEY_PREFIX + "hour");
    }
    return retention;
  }

  /** Returns the oldest UTC day of which this table stores any data. */
  public LocalDate oldestRetainedDay(PartitionedTable table, Instant now) {
    return switch (table) {
      case HEARTBEAT, HEARTBEAT_PACK -> utcDay(now.minus(raw));
      case DEVICE_MINUTE -> utcDay(now.minus(minute));
      case CLIENT_HOUR, DEVICE_HOUR -> utcDay(now.minus(hour));
      case FLEET_EVENT -> utcDay(now.minus(events));
    };
  }

  /** Returns the oldest UTC day whose roll-up is stored. */
  public LocalDate oldestRetainedRollupDay(Instant now) {
    return utcDay(now.minus(day));
  }

  static LocalDate utcDay(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}
