package io.muster.schema.history;

/**
 * The head of a list of days.
 *
 * @param ageSeconds time since the roll-up that computed the days: later heartbeats are not in them
 */
public record MonitorHead(long ageSeconds) {}
