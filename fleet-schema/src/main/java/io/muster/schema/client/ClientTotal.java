package io.muster.schema.client;

/**
 * The head of a list of clients.
 *
 * @param total number of clients that match, regardless of the part that is listed
 */
public record ClientTotal(long total) {}
