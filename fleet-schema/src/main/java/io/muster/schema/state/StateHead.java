package io.muster.schema.state;

import java.time.Instant;

/**
 * The identity of a fleet state.
 *
 * @param epoch identity of the stream: the short ids of hosts and the sequence numbers are valid
 *     within it
 * @param sequence number of the state since the start of the stream, from 0
 * @param at instant of the state by the clock of the api node
 */
public record StateHead(String epoch, long sequence, Instant at) {}
