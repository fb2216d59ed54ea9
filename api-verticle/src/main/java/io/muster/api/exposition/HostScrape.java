package io.muster.api.exposition;

import io.muster.schema.frame.Readings;

/**
 * The content of one host in an exposition.
 *
 * @param hostId name of the host
 * @param readings newest readings, if they are fresh
 * @param up true if the newest readings are fresh
 * @param build program that serves the exposition
 */
public record HostScrape(String hostId, Readings readings, boolean up, Build build) {
  /** Returns the content of a host that has sent no frame yet, or none recently. */
  public static HostScrape silent(String host, Build build) {
    return new HostScrape(host, Readings.EMPTY, false, build);
  }

  /**
   * The program that serves the exposition.
   *
   * @param version its version
   * @param os operating system that it runs on, such as {@code linux}
   * @param arch processor architecture, such as {@code x86_64}
   */
  public record Build(String version, String os, String arch) {}
}
