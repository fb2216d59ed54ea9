package io.muster.aggregator.history;

import java.time.Duration;

/**
 * The bins of a series, which begin at multiples of their width since the epoch.
 *
 * @param fromSeconds start of the first bin, seconds since the epoch
 * @param stepSeconds width of each bin
 * @param count number of bins
 */
record SeriesBins(long fromSeconds, long stepSeconds, long count) {
  private static final long MILLIS = Duration.ofSeconds(1).toMillis();

  /** Returns the bins that contain an instant of the range. */
  static SeriesBins of(TimeRange range, long stepSeconds) {
    var stepMillis = stepSeconds * MILLIS;
    var first = Math.floorDiv(range.fromMillis(), stepMillis);
    var last = Math.floorDiv(range.untilMillis() - 1, stepMillis);
    return new SeriesBins(first * stepSeconds, stepSeconds, last - first + 1);
  }

  /** Returns the range of a part of the bins. */
  TimeRange range(long first, long end) {
    return new TimeRange(
        (fromSeconds + first * stepSeconds) * MILLIS, (fromSeconds + end * stepSeconds) * MILLIS);
  }

  /** Returns the number of the bin that begins at an instant. */
  long indexOf(long startSeconds) {
    return (startSeconds - fromSeconds) / stepSeconds;
  }
}
