package io.muster.schema.host;

/**
 * The host and the time of a reading, as all-smi writes them into each entry of a section.
 *
 * @param hostId name of the host, also in {@code hostname} and {@code instance}
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 */
public record ReadingOrigin(String hostId, String hostname, String instance, String time) {
  /** Returns the origin of a reading of this host. */
  public static ReadingOrigin of(String hostname, String time) {
    return new ReadingOrigin(hostname, hostname, hostname, time);
  }
}
