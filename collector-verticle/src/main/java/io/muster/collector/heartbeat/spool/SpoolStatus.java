package io.muster.collector.heartbeat.spool;

import java.util.OptionalLong;

/**
 * Pending and dropped heartbeats of a spool since it was opened.
 *
 * @param pendingHeartbeats appended and not acknowledged
 * @param pendingBytes their size on disk
 * @param oldestAtMillis instant of the oldest of them, milliseconds since the epoch
 * @param overflowedHeartbeats deleted without acknowledgement, because the spool was full
 * @param damagedHeartbeats skipped, because they could not be written or read back
 * @param tornBytes truncated at opening: the rest of a write that a crash interrupted
 */
public record SpoolStatus(
    long pendingHeartbeats,
    long pendingBytes,
    OptionalLong oldestAtMillis,
    long overflowedHeartbeats,
    long damagedHeartbeats,
    long tornBytes) {}
