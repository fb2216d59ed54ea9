package io.muster.aggregator.upkeep;

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
  public static final Retention USUAL =
      new Retention(Duration.ofDays(30), Duration.ofDays(90), Duration.ofDays(400));

  /** What no setting can go below. */
  static final Retention LEAST =
      new Retention(
          Duration.ofDays(Partitions.MAX_LATE_DAYS), Duration.ofDays(31), Duration.ofDays(31));

  private static final Duration LONGEST = Duration.ofDays(3660);
  private static final String KEY = "aggregator.retention.";

  /** Reads the keys {@code aggregator.retention.*}. */
  public static Retention from(ConfigReader reader) {
    var retention =
        new Retention(
            reader.duration(KEY + "raw", USUAL.raw, LEAST.raw, LONGEST),
            reader.duration(KEY + "hour", USUAL.hour, LEAST.hour, LONGEST),
            reader.duration(KEY + "day", USUAL.day, LEAST.day, LONGEST));
    if (retention.hour.compareTo(retention.raw) < 0) {
      reader.addProblem(KEY + "hour", "must not be less than " + KEY + "raw");
    }
    if (retention.day.compareTo(retention.hour) < 0) {
      reader.addProblem(KEY + "day", "must not be less than " + KEY + "hour");
    }
    return retention;
  }

  /** The oldest UTC day of which anything of these tables is kept. */
  LocalDate firstKept(PartitionedTable family, Instant now) {
    return switch (family) {
      case HEARTBEAT, HEARTBEAT_PACK -> utcDay(now.minus(raw));
      case CLIENT_HOUR, DEVICE_HOUR -> utcDay(now.minus(hour));
    };
  }

  /** The oldest UTC day whose roll-up is kept. */
  LocalDate firstKeptDay(Instant now) {
    return utcDay(now.minus(day));
  }

  static LocalDate utcDay(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}
