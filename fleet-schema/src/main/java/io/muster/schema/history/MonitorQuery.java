package io.muster.schema.history;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * Which days to list.
 *
 * @param userId owner of the clients
 * @param clientId exactly this client, 32 lower-case hexadecimal digits
 * @param range only these days, and then only clients that have one; empty: all that are
 *     remembered, and clients without a day
 * @param slice which of them
 */
public record MonitorQuery(
    String userId, Optional<String> clientId, Optional<QueryDayRange> range, LimitOffset slice) {
  /**
   * UTC days.
   *
   * @param first days since the epoch, inclusive
   * @param last days since the epoch, inclusive
   */
  public record QueryDayRange(long first, long last) {}
}
