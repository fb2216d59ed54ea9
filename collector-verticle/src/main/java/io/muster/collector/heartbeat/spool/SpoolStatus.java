package io.muster.collector.heartbeat.spool;

import java.util.OptionalLong;

/**
 * The content of a spool.
 *
 * @param pendingHeartbeats appended and not acknowledged
 * @param pendingBytes their size on disk
 * @param oldestAtMillis instant of the oldest of them, milliseconds since the epoch
 * @param overflowedHeartbeats deleted without acknowledgement since the opening, because the spool
 *     was full
 */
public record SpoolStatus(
    long pendingHeartbeats,
    long pendingBytes,
    OptionalLong oldestAtMillis,
    long overflowedHeartbeats) {}
