package io.muster.schema.state;

/**
 * The state of the whole fleet at one instant.
 *
 * @param json full fleet state as {@link FleetStateJson} encodes it: the node that reads the rows
 *     encodes them
 */
public record FleetAt(String json) {}
