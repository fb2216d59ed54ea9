package io.muster.schema.client;

/**
 * What comes before a list of clients.
 *
 * @param total how many match, whichever part of them is listed
 */
public record ClientTotal(long total) {}
