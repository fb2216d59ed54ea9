package io.muster.schema.metric;

import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;

/**
 * One host as an exposition sees it.
 *
 * @param hostId its name
 * @param readings the newest, if they are fresh
 * @param up whether they are
 * @param build the program that answers
 */
public record HostScrape(String hostId, Readings readings, boolean up, Build build) {
  /** A host with its newest readings. */
  public HostScrape(FrameHeader head, Readings readings, boolean up, Build build) {
    this(head.hostId(), readings, up, build);
  }

  /** A host that has not sent a frame yet, or for too long. */
  public static HostScrape silent(String host, Build build) {
    return new HostScrape(host, Readings.EMPTY, false, build);
  }

  /**
   * The program that answers.
   *
   * @param version its version
   * @param os operating system it runs on, such as {@code linux}
   * @param arch processor architecture, such as {@code x86_64}
   */
  public record Build(String version, String os, String arch) {}
}
