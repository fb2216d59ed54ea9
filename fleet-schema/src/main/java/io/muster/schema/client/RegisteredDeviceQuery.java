package io.muster.schema.client;

import java.util.Optional;

/**
 * A query for a list of accelerators of all hosts. Every condition that is present must match.
 *
 * @param userId owner of the host
 * @param host client id or name of the host
 * @param text part of the product name or the UUID, ignoring case
 * @param sort key of the order, after a minus sign for a descending one
 * @param cursor continuation of the list after an earlier page
 * @param limit maximum number of accelerators, 1..1,000
 */
public record RegisteredDeviceQuery(
    Optional<String> userId,
    Optional<String> host,
    Optional<String> text,
    String sort,
    Optional<String> cursor,
    int limit) {}
