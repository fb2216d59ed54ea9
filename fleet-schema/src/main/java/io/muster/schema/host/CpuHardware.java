package io.muster.schema.host;

/**
 * The model of the CPUs of a host, and their number.
 *
 * @param cpuModel model name of the first CPU
 * @param architecture as printed by {@code uname -m}
 * @param platformType vendor of the CPU
 * @param socketCount CPU packages
 * @param totalCores physical cores
 * @param totalThreads logical CPUs
 * @param baseFrequencyMhz MHz; 0 if not reported
 * @param maxFrequencyMhz MHz; 0 if not reported
 * @param cacheSizeMb last-level cache, MB
 */
public record CpuHardware(
    String cpuModel,
    String architecture,
    PlatformType platformType,
    int socketCount,
    int totalCores,
    int totalThreads,
    int baseFrequencyMhz,
    int maxFrequencyMhz,
    int cacheSizeMb) {}
