package io.muster.api.fleet;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import java.time.Duration;

/**
 * The status of a known host.
 *
 * @param frame its latest frame
 * @param age time since that frame arrived
 * @param alive false if the host is silent
 */
public record HostStatus(EncodedFrame frame, Duration age, boolean alive) {
  /** Returns the header of its latest frame. */
  public FrameHeader header() {
    return frame.header();
  }

  /** Returns the name of the host. */
  public String host() {
    return frame.header().hostId();
  }

  /** Returns true if its latest frame is older than two intervals. */
  public boolean isStale() {
    return age.compareTo(frame.header().interval().multipliedBy(2)) >= 0;
  }
}
