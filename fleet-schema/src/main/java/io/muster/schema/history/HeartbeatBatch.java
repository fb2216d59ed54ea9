package io.muster.schema.history;

import java.util.List;
import java.util.OptionalLong;

/**
 * Heartbeats of one client, oldest first. The sender keeps them until a {@link HeartbeatReceipt}
 * comes back.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param sentAtMillis the host's clock when the batch was sent, milliseconds since the epoch;
 *     empty: its clock is taken to be right
 */
public record HeartbeatBatch(
    String clientId, OptionalLong sentAtMillis, List<Heartbeat> heartbeats) {
  public HeartbeatBatch {
    heartbeats = List.copyOf(heartbeats);
  }
}
