package io.muster.schema.inspection;

/**
 * What one process takes of its host.
 *
 * @param name as the kernel has it: at most 15 bytes on Linux
 * @param cpuPercent share of all CPUs together since the sample before, 0..100
 * @param residentBytes memory that is not swapped out
 */
public record ProcessUsage(long pid, String name, double cpuPercent, long residentBytes) {}
