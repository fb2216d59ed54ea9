package io.muster.schema.frame;

import java.time.Duration;
import java.time.Instant;

/**
 * What a frame says of itself.
 *
 * @param hostId identity of the host for people: its hostname
 * @param clientId identity of the host for the registry: 32 hexadecimal digits
 * @param bootId start of the collector, milliseconds since the epoch: a restarted collector counts
 *     from 1 again
 * @param sequence number of the frame since the collector's start, from 1
 * @param sampledAt end of the sampling pass
 * @param interval time between two ticks of this collector
 * @param simulated whether the readings were made up by a simulation
 * @param summary numbers for lists of hosts
 */
public record FrameHeader(
    String hostId,
    String clientId,
    long bootId,
    long sequence,
    Instant sampledAt,
    Duration interval,
    boolean simulated,
    FrameSummary summary) {

  /**
   * Whether this frame was made after the other one by the same collector, or by a later start of
   * it.
   */
  public boolean isNewerThan(FrameHeader other) {
    return bootId == other.bootId ? sequence > other.sequence : bootId > other.bootId;
  }
}
