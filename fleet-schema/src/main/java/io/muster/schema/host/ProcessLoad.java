package io.muster.schema.host;

/**
 * The CPU time and the memory that a process uses.
 *
 * @param cpuPercent share of one CPU since the last reading, or since the process started if there
 *     is none, percent; 250 is two and a half CPUs
 * @param cpuTime CPU time used since the start, s
 * @param memoryPercent resident share of the host's memory, percent
 * @param memoryRss resident, bytes
 * @param memoryVms virtual, bytes
 */
public record ProcessLoad(
    double cpuPercent, long cpuTime, double memoryPercent, long memoryRss, long memoryVms) {}
