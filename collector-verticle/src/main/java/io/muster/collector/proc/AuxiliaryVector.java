package io.muster.collector.proc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;

/**
 * What the kernel tells each program at its start, {@code /proc/self/auxv}: the two units in which
 * {@code /proc/[pid]/stat} counts. They are constants of the kernel's build.
 *
 * @param ticksPerSecond clock ticks in a second; 100 on nearly every kernel
 * @param pageSizeBytes 4096 on x86; 4096 to 65536 on Arm
 */
public record AuxiliaryVector(int ticksPerSecond, int pageSizeBytes) {
  /** What holds where the kernel does not tell. */
  public static final AuxiliaryVector USUAL = new AuxiliaryVector(100, 4096);

  private static final int CLOCK_TICKS = 17; // AT_CLKTCK
  private static final int PAGE_SIZE = 6; // AT_PAGESZ
  private static final int PAIR_BYTES = 2 * Long.BYTES;

  /** Reads the vector of this process; what is missing or absurd is 100 and 4096. */
  public static AuxiliaryVector read(KernelTree tree) {
    try {
      return parse(Files.readAllBytes(tree.file("proc/self/auxv").toPath()));
    } catch (IOException e) {
      return USUAL;
    }
  }

  /** Parses pairs of 64-bit numbers, key and value, in the byte order of this machine. */
  static AuxiliaryVector parse(byte[] vector) {
    var pairs = ByteBuffer.wrap(vector).order(ByteOrder.nativeOrder());
    long ticks = 0;
    long pageBytes = 0;
    while (pairs.remaining() >= PAIR_BYTES) {
      long key = pairs.getLong();
      long value = pairs.getLong();
      ticks = key == CLOCK_TICKS ? value : ticks;
      pageBytes = key == PAGE_SIZE ? value : pageBytes;
    }
    return new AuxiliaryVector(
        between(ticks, 1, 100_000, USUAL.ticksPerSecond),
        between(pageBytes, 1024, 1 << 20, USUAL.pageSizeBytes));
  }

  private static int between(long value, long min, long max, int otherwise) {
    return value < min || value > max ? otherwise : (int) value;
  }
}
