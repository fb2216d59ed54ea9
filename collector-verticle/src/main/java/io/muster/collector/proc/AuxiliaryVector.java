package io.muster.collector.proc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;

/**
 * Clock tick rate and page size, the two units of {@code /proc/[pid]/stat}, from {@code
 * /proc/self/auxv}, the vector that the kernel passes to each program at its start. Both are
 * constants of the kernel's build.
 *
 * @param ticksPerSecond clock ticks per second; 100 on nearly every kernel
 * @param pageSizeBytes 4096 on x86; 4096 to 65536 on Arm
 */
public record AuxiliaryVector(int ticksPerSecond, int pageSizeBytes) {
  /** Values that apply if the kernel does not report them. */
  public static final AuxiliaryVector DEFAULT = new AuxiliaryVector(100, 4096);

  private static final int CLOCK_TICKS_KEY = 17; // AT_CLKTCK
  private static final int PAGE_SIZE_KEY = 6; // AT_PAGESZ
  private static final int PAIR_BYTES = 2 * Long.BYTES;

  /**
   * Reads the vector of this process; a value that is missing or out of range is that of {@link
   * #DEFAULT}.
   */
  public static AuxiliaryVector read(HostRoot hostRoot) {
    try {
      return parse(Files.readAllBytes(hostRoot.file("proc/self/auxv").toPath()));
    } catch (IOException e) {
      return DEFAULT;
    }
  }

  /**
   * Parses pairs of 64-bit numbers, key and value, in native byte order, as a 64-bit process has
   * them.
   */
  static AuxiliaryVector parse(byte[] vector) {
    var pairs = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder());
    long ticksPerSecond = 0;
    long pageSizeBytes = 0;
    while (pairs.remaining() >= PAIR_BYTES) {
      long key = pairs.getLong();
      long value = pairs.getLong();
      ticksPerSecond = key == CLOCK_TICKS_KEY ? value : ticksPerSecond;
      pageSizeBytes = key == PAGE_SIZE_KEY ? value : pageSizeBytes;
    }
    return new AuxiliaryVector(
        valueOrDefault(ticksPerSecond, 1, 100_000, DEFAULT.ticksPerSecond),
        valueOrDefault(pageSizeBytes, 1024, 1 << 20, DEFAULT.pageSizeBytes));
  }

  private static int valueOrDefault(long value, long min, long max, int defaultValue) {
    return value < min || value > max ? defaultValue : (int) value;
  }
}
