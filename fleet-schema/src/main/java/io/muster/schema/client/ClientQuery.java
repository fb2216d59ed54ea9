package io.muster.schema.client;

import java.util.Optional;

/**
 * A query for a list of clients. Every filter that is present must match.
 *
 * @param userId owner
 * @param clientId only this client, 32 lower-case hexadecimal digits
 * @param status effective status
 * @param name part of the name, case-insensitive
 * @param validStatus {@code valid} or {@code invalid}; empty means valid
 * @param slice part of the list
 */
public record ClientQuery(
    String userId,
    Optional<String> clientId,
    Optional<String> status,
    Optional<String> name,
    Optional<String> validStatus,
    LimitOffset slice) {}
