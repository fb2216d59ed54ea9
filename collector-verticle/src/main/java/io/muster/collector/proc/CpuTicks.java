package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What each logical CPU did since the start of the system, in ticks of any unit. Waiting for a disk
 * is idle; time stolen by the hypervisor is busy, because somebody wanted to run; guests are in
 * user time already. Filled again and again, so that a tick makes no garbage.
 */
public final class CpuTicks {
  private static final byte[] CPU_PREFIX = "cpu".getBytes(US_ASCII);

  private int[] cpuIds = new int[8];
  private long[] idle = new long[8];
  private long[] total = new long[8];
  private int cpuCount;

  /** Takes the CPUs of {@code /proc/stat}. CPUs that are off have no line there. */
  public void read(KernelFileScanner stat) {
    clear();
    while (stat.skipPrefix(CPU_PREFIX)) {
      readLine(stat);
      stat.skipLine();
    }
  }

  public void clear() {
    cpuCount = 0;
  }

  /** Adds one CPU; idle is part of the total. */
  public void add(int cpuId, long idleTicks, long totalTicks) {
    if (cpuCount == cpuIds.length) {
      cpuIds = Arrays.copyOf(cpuIds, cpuCount * 2);
      idle = Arrays.copyOf(idle, cpuCount * 2);
      total = Arrays.copyOf(total, cpuCount * 2);
    }
    cpuIds[cpuCount] = cpuId;
    idle[cpuCount] = idleTicks;
    total[cpuCount] = totalTicks;
    cpuCount++;
  }

  public int cpuCount() {
    return cpuCount;
  }

  /** Number that the system gives the CPU at this position. */
  public int cpuId(int position) {
    return cpuIds[position];
  }

  /** A copy of the numbers of all CPUs. */
  public int[] cpuIds() {
    return Arrays.copyOf(cpuIds, cpuCount);
  }

  /** Ticks that passed since then; 0 where the CPU was not there or its counters fell back. */
  public long elapsedTicksSince(CpuTicks previous, int position) {
    int previousPosition = previous.positionOf(cpuIds[position], position);
    return previousPosition < 0
        ? 0
        : Math.max(0, total[position] - previous.total[previousPosition]);
  }

  /**
   * Busy ticks since then, from 0 to {@link #elapsedTicksSince}, also where the idle counter fell.
   */
  public long busyTicksSince(CpuTicks previous, int position) {
    long elapsedTicks = elapsedTicksSince(previous, position);
    if (elapsedTicks == 0) {
      return 0;
    }
    long elapsedIdleTicks =
        idle[position] - previous.idle[previous.positionOf(cpuIds[position], position)];
    return elapsedTicks - Math.max(0, Math.min(elapsedIdleTicks, elapsedTicks));
  }

  /** Share in percent, 0..100; empty when no time passed. */
  public static OptionalDouble busyPercent(long busyTicks, long elapsedTicks) {
    return elapsedTicks <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(100.0 * busyTicks / elapsedTicks);
  }

  private void readLine(KernelFileScanner stat) {
    if (!stat.isAtDigit()) {
      return; // the line of all CPUs together
    }
    int cpuId = (int) stat.nextNumber();
    long busyTicks = stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
    long idleTicks = stat.nextNumber() + stat.nextNumber();
    busyTicks += stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
    add(cpuId, idleTicks, idleTicks + busyTicks);
  }

  private int positionOf(int cpuId, int expectedPosition) {
    if (expectedPosition < cpuCount && cpuIds[expectedPosition] == cpuId) {
      return expectedPosition;
    }
    for (int position = 0; position < cpuCount; position++) {
      if (cpuIds[position] == cpuId) {
        return position;
      }
    }
    return -1;
  }
}
