package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The levels of {@code /proc/meminfo}, bytes.
 *
 * @param availableBytes MemAvailable; on kernels before 3.14 free + buffers + cached
 */
public record MemoryLevels(
    long totalBytes,
    long availableBytes,
    long freeBytes,
    long buffersBytes,
    long cachedBytes,
    long swapTotalBytes,
    long swapFreeBytes) {
  private static final byte[][] KEYS = {
    key("MemTotal"),
    key("MemAvailable"),
    key("MemFree"),
    key("Buffers"),
    key("Cached"),
    key("SwapTotal"),
    key("SwapFree")
  };
  private static final int ABSENT = -1;

  /** Parses the file; a level that is missing is 0. */
  public static MemoryLevels parse(KernelText meminfo) {
    var levels = new long[KEYS.length];
    levels[1] = ABSENT;
    while (!meminfo.atEnd()) {
      takeLine(meminfo, levels);
      meminfo.nextLine();
    }
    long available = levels[1] == ABSENT ? levels[2] + levels[3] + levels[4] : levels[1];
    return new MemoryLevels(
        levels[0], available, levels[2], levels[3], levels[4], levels[5], levels[6]);
  }

  private static void takeLine(KernelText meminfo, long[] levels) {
    for (int key = 0; key < KEYS.length; key++) {
      if (meminfo.pass(KEYS[key])) {
        levels[key] = meminfo.nextNumber() * 1024;
        return;
      }
    }
  }

  private static byte[] key(String name) {
    return (name + ":").getBytes(US_ASCII);
  }
}
