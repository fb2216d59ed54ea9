package io.muster.schema.history;

import io.muster.schema.client.LimitOffset;
import java.util.Optional;

/**
 * Which heartbeats to list.
 *
 * @param userId owner of the clients
 * @param clientId exactly this client, 32 lower-case hexadecimal digits
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis first instant that is too late
 * @param resolution {@code raw}, {@code 60} or {@code 3600}; empty: the finest of them in which the
 *     answer is not too large
 * @param slice which of them
 */
public record HealthQuery(
    String userId,
    Optional<String> clientId,
    long fromMillis,
    long untilMillis,
    Optional<String> resolution,
    LimitOffset slice) {}
