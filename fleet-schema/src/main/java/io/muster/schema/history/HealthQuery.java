package io.muster.schema.history;

import java.util.Optional;

/**
 * Which heartbeats to list.
 *
 * @param userId owner of the clients
 * @param clientId exactly this client, 32 lower-case hexadecimal digits
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis first instant that is too late
 */
public record HealthQuery(
    String userId, Optional<String> clientId, long fromMillis, long untilMillis) {}
