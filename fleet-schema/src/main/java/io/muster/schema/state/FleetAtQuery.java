package io.muster.schema.state;

/**
 * A query for the state of the whole fleet in the past.
 *
 * @param atMillis instant, milliseconds since the epoch
 */
public record FleetAtQuery(long atMillis) {}
