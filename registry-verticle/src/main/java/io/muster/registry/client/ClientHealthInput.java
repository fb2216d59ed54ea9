package io.muster.registry.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What is stored of a client that was heard, as far as its health depends on it.
 *
 * @param declaredStatus what was said of it
 * @param warningMask those that are stored, a mask
 * @param firstHeartbeatAt its oldest heartbeat
 * @param lastHeartbeatAt its newest heartbeat
 * @param lastSeenAt when the server received one that was new
 * @param rolledUpAt when its slots were counted; empty when they never were
 * @param reportedSlots those with a heartbeat that were over then, of that UTC day and the 29
 *     before it
 */
record ClientHealthInput(
    DeclaredStatus declaredStatus,
    int warningMask,
    Instant firstHeartbeatAt,
    Instant lastHeartbeatAt,
    Instant lastSeenAt,
    Optional<Instant> rolledUpAt,
    int reportedSlots) {}
