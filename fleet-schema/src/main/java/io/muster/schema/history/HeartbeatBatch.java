package io.muster.schema.history;

import java.util.List;
import java.util.OptionalLong;

/**
 * Heartbeats of one client, oldest first. The sender stores them until it receives the {@link
 * HeartbeatReceipt}.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param sentAtMillis time of the host's clock when the batch was sent, milliseconds since the
 *     epoch; empty: the clock is assumed to be correct
 */
public record HeartbeatBatch(
    String clientId, OptionalLong sentAtMillis, List<Heartbeat> heartbeats) {
  public HeartbeatBatch {
    heartbeats = List.copyOf(heartbeats);
  }
}
