package io.muster.collector.heartbeat.spool;

/**
 * A position between two heartbeats.
 *
 * @param number number of the next heartbeat, counted from the creation of the spool
 * @param segmentNumber first number of its file
 * @param offset byte offset in that file
 */
record SpoolPosition(long number, long segmentNumber, long offset) {}
