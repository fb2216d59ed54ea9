package io.muster.schema.host;

/**
 * The memory of a host at one instant: the 15 keys of all-smi's schema 1. All sizes are bytes.
 *
 * @param index always 0
 * @param hostId host, and the same in {@code hostname} and {@code instance}
 * @param totalBytes installed, or the limit of the control group in a limited container
 * @param usedBytes total - available
 * @param availableBytes what a new program could get without swapping (Linux MemAvailable)
 * @param freeBytes not used for anything
 * @param buffersBytes block-device buffers; 0 in a limited container
 * @param cachedBytes page cache; 0 in a limited container
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
