package io.muster.schema.client;

import java.util.Optional;

/**
 * Which clients to list. Every filter that is there must match.
 *
 * @param userId owner
 * @param clientId exactly this client, 32 lower-case hexadecimal digits
 * @param status effective status
 * @param name part of the name, any case
 * @param validStatus {@code valid} or {@code invalid}; empty means valid
 * @param slice which of them
 */
public record ClientQuery(
    String userId,
    Optional<String> clientId,
    Optional<String> status,
    Optional<String> name,
    Optional<String> validStatus,
    LimitOffset slice) {}
