package io.muster.schema.host;

import io.muster.schema.json.Flat;

/**
 * The memory of a host at one instant: the 15 keys of all-smi's schema 1.
 *
 * @param index always 0
 * @param utilization used / total, percent 0..100
 */
public record Memory(
    int index,
    @Flat ReadingOrigin origin,
    @Flat MemorySizes sizes,
    @Flat SwapSizes swap,
    double utilization) {
  /**
   * The sizes of the memory of a host, bytes.
   *
   * @param totalBytes installed memory, or the limit of the control group in a container with a
   *     limit
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

  /**
   * The sizes of the swap space of a host, bytes.
   *
   * @param swapTotalBytes 0 without swap
   */
  public record SwapSizes(long swapTotalBytes, long swapUsedBytes, long swapFreeBytes) {}
}
