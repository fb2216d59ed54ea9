package io.muster.schema.host;

/**
 * The sizes of the memory of a host, bytes.
 *
 * @param totalBytes installed memory, or the limit of the control group in a container with a limit
 * @param usedBytes total - available
 * @param availableBytes available to a new program without swapping (Linux MemAvailable)
 * @param freeBytes unused
 * @param buffersBytes block-device buffers; 0 in a container with a limit
 * @param cachedBytes page cache; 0 in a container with a limit
 */
public record MemorySizes(
    long totalBytes,
    long usedBytes,
    long availableBytes,
    long freeBytes,
    long buffersBytes,
    long cachedBytes) {}
