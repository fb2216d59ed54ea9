package io.muster.registry.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The stored values from which the health of a client that has reported is computed.
 *
 * @param declaredStatus its declared status
 * @param warningMask bit mask of the stored warnings
 * @param firstHeartbeatAt instant of its oldest heartbeat
 * @param lastHeartbeatAt instant of its newest heartbeat
 * @param lastSeenAt instant at which the server last received a new heartbeat
 * @param rolledUpAt instant of the roll-up that counted its slots; empty before the first
 * @param reportedSlots slots with a heartbeat that had ended at the roll-up, in its UTC day and the
 *     29 before it
 */
record ClientHealthInput(
    DeclaredStatus declaredStatus,
    int warningMask,
    Instant firstHeartbeatAt,
    Instant lastHeartbeatAt,
    Instant lastSeenAt,
    Optional<Instant> rolledUpAt,
    int reportedSlots) {}
