package io.muster.schema.state;

import java.util.Optional;

/**
 * A query for the energy of the fleet until now.
 *
 * @param fromMillis start, milliseconds since the epoch, rounded down to the hour; empty: the last
 *     midnight in UTC
 */
public record FleetEnergyQuery(Optional<Long> fromMillis) {}
