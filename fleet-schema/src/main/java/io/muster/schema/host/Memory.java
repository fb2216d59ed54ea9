package io.muster.schema.host;

/**
 * The memory of a host at one instant: the 15 keys of all-smi's schema 1. All sizes are bytes.
 *
 * @param index always 0
 * @param hostId name of the host, also in {@code hostname} and {@code instance}
 * @param totalBytes installed memory, or the limit of the control group in a container with a limit
 * @param usedBytes total - available
 * @param availableBytes available to a new program without swapping (Linux MemAvailable)
 * @param freeBytes unused
 * @param buffersBytes block-device buffers; 0 in a container with a limit
 * @param cachedBytes page cache; 0 in a container with a limit
 * @param swapTotalBytes 0 without swap
 * @param utilization used / total, percent 0..100
 * @param time local time of the reading, {@code YYYY-MM-DD HH:MM:SS}
 */
public record Memory(
    int index,
    String hostId,
    String hostname,
    String instance,
    long totalBytes,
    long usedBytes,
    long availableBytes,
    long freeBytes,
    long buffersBytes,
    long cachedBytes,
    long swapTotalBytes,
    long swapUsedBytes,
    long swapFreeBytes,
    double utilization,
    String time) {}
