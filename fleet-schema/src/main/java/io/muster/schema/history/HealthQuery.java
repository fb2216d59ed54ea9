package io.muster.schema.history;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * A query for a list of heartbeats.
 *
 * @param userId owner of the clients
 * @param clientId only this client, 32 lower-case hexadecimal digits
 * @param fromMillis start of the range, inclusive, milliseconds since the epoch
 * @param untilMillis end of the range, exclusive, milliseconds since the epoch
 * @param resolution {@code raw}, {@code 60} or {@code 3600}; empty: the finest of them for which
 *     the result is not too large
 * @param slice part of the list
 */
public record HealthQuery(
    String userId,
    Optional<String> clientId,
    long fromMillis,
    long untilMillis,
    Optional<String> resolution,
    LimitOffset slice) {}
