package io.muster.collector.heartbeat;

import java.util.OptionalDouble;

/**
 * The state of a heartbeat pipeline.
 *
 * @param pending not acknowledged yet, on disk or in the queue in front of the disk
 * @param pendingBytes size of the pending heartbeats on disk
 * @param oldestAgeSeconds age of the oldest pending heartbeat, by the host's clock
 * @param isWritable true if the last write to the spool succeeded
 * @param isDelivering true if the last request, if any, was answered with a receipt
 */
public record HeartbeatStatus(
    long pending,
    long pendingBytes,
    OptionalDouble oldestAgeSeconds,
    boolean isWritable,
    boolean isDelivering) {}
