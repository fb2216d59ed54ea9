package io.muster.schema.host;

/**
 * The sizes of the swap space of a host, bytes.
 *
 * @param swapTotalBytes 0 without swap
 */
public record SwapSizes(long swapTotalBytes, long swapUsedBytes, long swapFreeBytes) {}
