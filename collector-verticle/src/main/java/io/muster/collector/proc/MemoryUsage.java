package io.muster.collector.proc;

import java.util.Arrays;

/**
 * Memory and swap of {@code /proc/meminfo}, bytes.
 *
 * @param availableBytes MemAvailable; free + buffers + cached on kernels before 3.14
 */
public record MemoryUsage(
    long totalBytes,
    long availableBytes,
    long freeBytes,
    long buffersBytes,
    long cachedBytes,
    long swapTotalBytes,
    long swapFreeBytes) {
  /** Parses the file; a value that is missing is 0. */
  public static MemoryUsage parse(KernelFileScanner meminfo) {
    var kibibytes =
        meminfo.readNumbers(
            "MemTotal:",
            "MemFree:",
            "Buffers:",
            "Cached:",
            "SwapTotal:",
            "SwapFree:",
            "MemAvailable:");
    var bytes = Arrays.stream(kibibytes).mapToLong(value -> value.orElse(0) * 1024).toArray();
    long availableBytes = kibibytes[6].isPresent() ? bytes[6] : bytes[1] + bytes[2] + bytes[3];
    return new MemoryUsage(
        bytes[0], availableBytes, bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]);
  }

  public long usedBytes() {
    return Math.max(0, totalBytes - availableBytes);
  }

  public long swapUsedBytes() {
    return Math.max(0, swapTotalBytes - swapFreeBytes);
  }
}
