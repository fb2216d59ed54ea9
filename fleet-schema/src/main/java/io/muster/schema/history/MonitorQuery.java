package io.muster.schema.history;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * A query for a list of days.
 *
 * @param userId owner of the clients
 * @param clientId only this client, 32 lower-case hexadecimal digits
 * @param range only these days, and only clients that have one of them; empty: all stored days, and
 *     clients without a day
 * @param slice part of the list
 */
public record MonitorQuery(
    String userId, Optional<String> clientId, Optional<QueryDayRange> range, LimitOffset slice) {
  /**
   * A range of UTC days.
   *
   * @param first days since the epoch, inclusive
   * @param last days since the epoch, inclusive
   */
  public record QueryDayRange(long first, long last) {}
}
