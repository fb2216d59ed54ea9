package io.muster.collector.heartbeat.spool;

import java.util.OptionalLong;

/**
 * What a spool holds, and what it had to give up since it was opened.
 *
 * @param pendingHeartbeats appended and not acknowledged
 * @param pendingBytes the same, as they lie on disk
 * @param oldestAtMillis instant of the oldest of them, milliseconds since the epoch
 * @param overflowedHeartbeats deleted unacknowledged, because the spool was full
 * @param damagedHeartbeats skipped, because they could not be read back
 * @param tornBytes cut off the end at opening: the rest of a write that a crash interrupted
 */
public record SpoolStatus(
    long pendingHeartbeats,
    long pendingBytes,
    OptionalLong oldestAtMillis,
    long overflowedHeartbeats,
    long damagedHeartbeats,
    long tornBytes) {}
