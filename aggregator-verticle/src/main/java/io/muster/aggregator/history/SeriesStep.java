package io.muster.aggregator.history;

import java.time.Duration;
import java.util.stream.LongStream;

/** The width of the bins of a series. */
final class SeriesStep {
  private static final long MINUTE = Duration.ofMinutes(1).toSeconds();
  private static final long HOUR = Duration.ofHours(1).toSeconds();
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final long MAX = 36_500 * DAY;

  /** The widths up to a day from which one is selected. */
  private static final long[] SELECTABLE = {
    1, 2, 5, 10, 15, 30, MINUTE, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800, HOUR, 2 * HOUR,
    3 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR, 12 * HOUR, DAY
  };

  private SeriesStep() {}

  /**
   * Returns true if a width is supported: bins do not cross a minute, an hour or a day, unless they
   * are whole ones.
   */
  static boolean isValid(long seconds) {
    return seconds > 0
        && seconds <= MAX
        && (MINUTE % seconds == 0
            || isBetween(seconds, MINUTE, HOUR)
            || isBetween(seconds, HOUR, DAY)
            || seconds % DAY == 0);
  }

  /** Returns widths in ascending order, from which the first one that fits is selected. */
  static LongStream candidates() {
    return LongStream.concat(
        LongStream.of(SELECTABLE), LongStream.iterate(2 * DAY, seconds -> seconds + DAY));
  }

  private static boolean isBetween(long seconds, long unit, long whole) {
    return seconds % unit == 0 && whole % seconds == 0;
  }
}
