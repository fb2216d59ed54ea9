package io.muster.schema.history;

/**
 * The state of the whole fleet at one instant.
 *
 * @param json full fleet state as {@code schema.state} encodes it: the node that reads the rows
 *     encodes them
 */
public record FleetAt(String json) {}
