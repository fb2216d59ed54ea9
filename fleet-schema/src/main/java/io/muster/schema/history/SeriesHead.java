package io.muster.schema.history;

/**
 * The head of a series.
 *
 * @param clientId client of the host, 32 lower-case hexadecimal digits; of a device, the one that
 *     reported it last
 * @param host name of that host
 * @param stepSeconds width of a bin, seconds
 * @param fromSeconds start of the first bin, seconds since the epoch, a multiple of the width
 * @param bins number of bins
 */
public record SeriesHead(
    String clientId, String host, long stepSeconds, long fromSeconds, long bins) {
  /** Returns the start of a bin, seconds since the epoch. */
  public long startSeconds(long bin) {
    return fromSeconds + bin * stepSeconds;
  }
}
