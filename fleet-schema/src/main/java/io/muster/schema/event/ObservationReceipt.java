package io.muster.schema.event;

/**
 * The outcome of a batch of observations.
 *
 * @param events number of fleet events that follow from it
 */
public record ObservationReceipt(int events) {}
