package io.muster.collector.heartbeat.spool;

/**
 * A place between two heartbeats.
 *
 * @param number of the heartbeat after it, counted since the spool was made
 * @param segmentNumber first number of the file that it is in
 * @param offset bytes into that file
 */
record SpoolPosition(long number, long segmentNumber, long offset) {}
