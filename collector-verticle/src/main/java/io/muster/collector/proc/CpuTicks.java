package io.muster.collector.proc;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Idle and total time of each logical CPU since boot, in ticks of any unit. Waiting for a disk
 * counts as idle; time stolen by the hypervisor counts as busy, because there was work to run;
 * guest time is already part of user time. The arrays are reused, so that a read allocates nothing.
 * Used by one thread only.
 */
public final class CpuTicks {
  private int[] cpuIds = new int[8];
  private long[] idle = new long[8];
  private long[] total = new long[8];
  private int cpuCount;

  /** Replaces the content by the CPUs of {@code /proc/stat}. Offline CPUs have no line there. */
  public void read(KernelFileScanner stat) {
    clear();
    while (stat.skipPrefix("cpu")) {
      readLine(stat);
      stat.skipLine();
    }
  }

  public void clear() {
    cpuCount = 0;
  }

  /** Adds one CPU; idle ticks are part of the total. */
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

  /** Returns the number that the system assigns to the CPU at this position. */
  public int cpuId(int position) {
    return cpuIds[position];
  }

  /** Returns a copy of the numbers of all CPUs. */
  public int[] cpuIds() {
    return Arrays.copyOf(cpuIds, cpuCount);
  }

  /**
   * Returns the ticks elapsed since {@code previous}; 0 if the CPU was absent then or its counters
   * decreased.
   */
  public long elapsedTicksSince(CpuTicks previous, int position) {
    int previousPosition = previous.positionOf(cpuIds[position], position);
    return previousPosition < 0
        ? 0
        : Math.max(0, total[position] - previous.total[previousPosition]);
  }

  /**
   * Returns the busy ticks since {@code previous}, from 0 to {@link #elapsedTicksSince}, even if
   * the idle counter decreased.
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

  /** Returns the busy share in percent, 0..100; empty if no time elapsed. */
  public static OptionalDouble busyPercent(long busyTicks, long elapsedTicks) {
    return elapsedTicks <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(100.0 * busyTicks / elapsedTicks);
  }

  private void readLine(KernelFileScanner stat) {
    if (!stat.isAtDigit()) {
      return; // the summary line of all CPUs
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
