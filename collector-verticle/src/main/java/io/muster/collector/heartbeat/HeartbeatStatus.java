package io.muster.collector.heartbeat;

import java.util.OptionalDouble;

/**
 * Counters of a collector's heartbeats since its start. {@code recovered + recorded = acknowledged
 * + rejected + lost + pending}, except for the moment at which a heartbeat moves from one counter
 * to another.
 *
 * @param recovered found in the spool at the start
 * @param recorded recorded from frames
 * @param skipped due frames that yielded no heartbeat, because CPU or memory was not read
 * @param sent sent to an aggregator, including retries
 * @param acknowledged acknowledged by an aggregator, and deleted from the spool
 * @param accepted stored by this collector's requests
 * @param duplicate already stored, because a receipt was lost
 * @param outOfRange too old or too far in the future to be stored
 * @param rejected dropped, because no aggregator accepts them
 * @param lost dropped, because the spool was full, damaged or not writable
 * @param pending not acknowledged yet, on disk or in the queue in front of the disk
 * @param pendingBytes size of the pending heartbeats on disk
 * @param oldestAgeSeconds age of the oldest pending heartbeat, by the host's clock
 * @param isWritable true if the last write to the spool succeeded
 * @param isDelivering true if the last request, if any, was answered with a receipt
 */
public record HeartbeatStatus(
    long recovered,
    long recorded,
    long skipped,
    long sent,
    long acknowledged,
    long accepted,
    long duplicate,
    long outOfRange,
    long rejected,
    long lost,
    long pending,
    long pendingBytes,
    OptionalDouble oldestAgeSeconds,
    boolean isWritable,
    boolean isDelivering) {}
