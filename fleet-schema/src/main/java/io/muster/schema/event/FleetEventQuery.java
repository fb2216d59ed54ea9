package io.muster.schema.event;

import java.util.Optional;

/**
 * A query for stored fleet events, newest first.
 *
 * @param fromMillis first instant, milliseconds since the epoch
 * @param untilMillis end of the range, exclusive
 * @param host client id or name of a host
 * @param kind word of an {@link EventKind}
 * @param cursor continuation of the list after an earlier page
 * @param limit maximum number of events, 1..1,000
 */
public record FleetEventQuery(
    Optional<Long> fromMillis,
    Optional<Long> untilMillis,
    Optional<String> host,
    Optional<String> kind,
    Optional<String> cursor,
    int limit) {}
