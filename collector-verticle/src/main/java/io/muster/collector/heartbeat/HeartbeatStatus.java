package io.muster.collector.heartbeat;

import java.util.OptionalDouble;

/**
 * Counters of a collector's heartbeats since its start. {@code recovered + recorded = acknowledged
 * + rejected + lost + pending}, except for a moment while a heartbeat passes from one to the next.
 *
 * @param recovered found in the spool at the start
 * @param recorded recorded from frames
 * @param skipped due frames that yielded no heartbeat, because CPU or memory was not read
 * @param sent sent to an aggregator, retries included
 * @param acknowledged acknowledged by an aggregator, and deleted from the spool
 * @param accepted stored by this collector's requests
 * @param duplicate already stored, because a receipt was lost
 * @param outOfRange too old or too far in the future to be stored
 * @param rejected dropped, because no aggregator accepts them
 * @param lost dropped, because the spool was full, damaged or not writable
 * @param pending not acknowledged yet, on disk or in the queue for it
 * @param pendingBytes size of the pending ones on disk
 * @param oldestAgeSeconds age of the oldest pending one, by the host's clock
 * @param writable true if the last write to the spool succeeded
 * @param delivering true if the last request, if any, was answered with a receipt
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
    boolean writable,
    boolean delivering) {}
