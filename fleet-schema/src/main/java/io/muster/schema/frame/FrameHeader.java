package io.muster.schema.frame;

import java.time.Duration;
import java.time.Instant;

/**
 * The metadata of a frame.
 *
 * @param hostId name of the host as displayed to people: its hostname
 * @param clientId identity of the host in the registry: 32 hexadecimal digits
 * @param bootId start of the collector, milliseconds since the epoch; the sequence of a restarted
 *     collector starts at 1 again
 * @param sequence number of the frame since the collector's start, from 1
 * @param sampledAt end of the sampling pass
 * @param interval time between two ticks of this collector
 * @param isSimulated true if the readings are simulated
 * @param summary readings for lists of hosts
 */
public record FrameHeader(
    String hostId,
    String clientId,
    long bootId,
    long sequence,
    Instant sampledAt,
    Duration interval,
    boolean isSimulated,
    FrameSummary summary) {

  /**
   * Returns true if the same collector, or a later start of it, created this frame after the other
   * one.
   */
  public boolean isNewerThan(FrameHeader other) {
    return bootId == other.bootId ? sequence > other.sequence : bootId > other.bootId;
  }
}
