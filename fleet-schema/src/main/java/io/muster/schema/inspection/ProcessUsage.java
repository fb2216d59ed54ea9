package io.muster.schema.inspection;

/**
 * The CPU and memory usage of one process.
 *
 * @param name name in the kernel, at most 15 bytes on Linux
 * @param cpuPercent share of all CPUs together since the previous sample, 0..100
 * @param residentBytes memory that is not swapped out
 */
public record ProcessUsage(long pid, String name, double cpuPercent, long residentBytes) {}
