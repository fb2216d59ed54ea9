package io.muster.collector.heartbeat;

import java.util.OptionalDouble;

/**
 * What became of the heartbeats of a collector since it started. {@code recovered + recorded =
 * acknowledged + refused + lost + pending}, but for the moment in which one moves on.
 *
 * @param recovered found in the spool at the start
 * @param recorded made from frames
 * @param skipped frames that were due and gave none, because CPU or memory was not read
 * @param sent handed to an aggregator, each attempt counted
 * @param acknowledged stored, as far as the collector was told, and deleted from the spool
 * @param accepted stored by this collector's requests
 * @param duplicate stored before: a receipt had been lost
 * @param outOfRange too old or too far in the future to be stored
 * @param rejected given up, because no aggregator will ever take them
 * @param lost given up, because the spool was full, damaged or not writable
 * @param pending not acknowledged yet, on disk or on the way to it
 * @param pendingBytes the same, as they lie on disk
 * @param oldestAgeSeconds age of the oldest pending one, by the host's clock
 * @param writable whether the last write to the spool succeeded
 * @param delivering whether the last request, if there was any, was answered with a receipt
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
