package io.muster.schema.history;

/**
 * The result of storing a batch, sent after the commit: accepted + duplicate + outOfRange =
 * heartbeats in the batch. A batch of a client that is not registered gets a failure instead of a
 * receipt, and none of it is stored.
 *
 * @param accepted stored by this batch
 * @param duplicate already stored, or repeated in the batch
 * @param outOfRange too old or too far in the future to be stored
 */
public record HeartbeatReceipt(int accepted, int duplicate, int outOfRange) {}
