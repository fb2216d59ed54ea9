package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.US_ASCII;

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
  private static final byte[][] KEYS = {
    encodeKey("MemTotal"),
    encodeKey("MemAvailable"),
    encodeKey("MemFree"),
    encodeKey("Buffers"),
    encodeKey("Cached"),
    encodeKey("SwapTotal"),
    encodeKey("SwapFree")
  };
  private static final int ABSENT = -1;

  /** Parses the file; a value that is missing is 0. */
  public static MemoryUsage parse(KernelFileScanner meminfo) {
    var values = new long[KEYS.length];
    values[1] = ABSENT;
    while (!meminfo.isAtEnd()) {
      parseLine(meminfo, values);
      meminfo.skipLine();
    }
    long availableBytes = values[1] == ABSENT ? values[2] + values[3] + values[4] : values[1];
    return new MemoryUsage(
        values[0], availableBytes, values[2], values[3], values[4], values[5], values[6]);
  }

  private static void parseLine(KernelFileScanner meminfo, long[] values) {
    for (int index = 0; index < KEYS.length; index++) {
      if (meminfo.skipPrefix(KEYS[index])) {
        values[index] = meminfo.nextNumber() * 1024;
        return;
      }
    }
  }

  private static byte[] encodeKey(String name) {
    return (name + ":").getBytes(US_ASCII);
  }
}
