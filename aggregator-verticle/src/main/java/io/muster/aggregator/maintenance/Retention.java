package io.muster.aggregator.maintenance;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.database.schema.PartitionedTable;
import io.muster.runtime.database.schema.Partitions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * For how long history is kept. What is coarser is kept at least as long as what is finer, because
 * the coarser tells how much there is of the finer.
 *
 * @param raw single heartbeats, packed or not; 7 days or more, because one may come so late, and is
 *     known to be stored already by the heartbeats alone
 * @param hour roll-ups of hours; 31 days or more
 * @param day roll-ups of days; 31 days or more: health is that of 30 days
 */
public record Retention(Duration raw, Duration hour, Duration day) {
  /** 30, 90 and 400 days. */
  public static final Retention DEFAULTS =
      new Retention(Duration.ofDays(30), Duration.ofDays(90), Duration.ofDays(400));

  /** What no setting can go below. */
  static final Retention MINIMUM =
      new Retention(
          Duration.ofDays(Partitions.MAX_LATE_DAYS), Duration.ofDays(31), Duration.ofDays(31));

  private static final Duration MAXIMUM = Duration.ofDays(3660);
  private static final String KEY_PREFIX = "aggregator.retention.";

  /** Reads the keys {@code aggregator.retention.*}. */
  public static Retention from(ConfigReader reader) {
    var retention =
        new Retention(
            reader.duration(KEY_PREFIX + "raw", DEFAULTS.raw, MINIMUM.raw, MAXIMUM),
            reader.duration(KEY_PREFIX + "hour", DEFAULTS.hour, MINIMUM.hour, MAXIMUM),
            reader.duration(KEY_PREFIX + "day", DEFAULTS.day, MINIMUM.day, MAXIMUM));
    if (retention.hour.compareTo(retention.raw) < 0) {
      reader.addProblem(KEY_PREFIX + "hour", "must not be less than " + KEY_PREFIX + "raw");
    }
    if (retention.day.compareTo(retention.hour) < 0) {
      reader.addProblem(KEY_PREFIX + "day", "must not be less than " + KEY_PREFIX + "hour");
    }
    return retention;
  }

  /** The oldest UTC day of which anything of these tables is kept. */
  LocalDate oldestKeptDay(PartitionedTable family, Instant now) {
    return switch (family) {
      case HEARTBEAT, HEARTBEAT_PACK -> utcDay(now.minus(raw));
      case CLIENT_HOUR, DEVICE_HOUR -> utcDay(now.minus(hour));
    };
  }

  /** The oldest UTC day whose roll-up is kept. */
  LocalDate oldestKeptRollupDay(Instant now) {
    return utcDay(now.minus(day));
  }

  static LocalDate utcDay(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}
