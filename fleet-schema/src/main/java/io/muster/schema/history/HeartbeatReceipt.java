package io.muster.schema.history;

/**
 * What became of a batch, given after the commit: accepted + duplicate + outOfRange = heartbeats in
 * the batch. A batch of a client that is not registered gets no receipt but a failure, and nothing
 * of it is stored.
 *
 * @param accepted stored by this batch
 * @param duplicate stored before, or twice in the batch
 * @param outOfRange too old or too far in the future to be stored
 */
public record HeartbeatReceipt(int accepted, int duplicate, int outOfRange) {}
