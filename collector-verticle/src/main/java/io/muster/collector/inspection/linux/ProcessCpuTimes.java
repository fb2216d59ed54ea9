package io.muster.collector.inspection.linux;

import java.util.Arrays;

/**
 * The CPU time that each process had used when it was read. Refilled by each scan, pids ascending,
 * so that a scan creates no garbage. Used by the inspection thread only.
 */
final class ProcessCpuTimes {
  /** The position of a process that was not read, or that has the id of an earlier process. */
  static final int ABSENT = -1;

  private int[] pids = new int[256];
  private long[] startTicks = new long[256];
  private long[] usedTicks = new long[256];
  private long[] atNanos = new long[256];
  private int count;

  void clear() {
    count = 0;
  }

  void add(int pid, long processStartTicks, long processUsedTicks, long readAtNanos) {
    if (count == pids.length) {
      pids = Arrays.copyOf(pids, count * 2);
      startTicks = Arrays.copyOf(startTicks, count * 2);
      usedTicks = Arrays.copyOf(usedTicks, count * 2);
      atNanos = Arrays.copyOf(atNanos, count * 2);
    }
    pids[count] = pid;
    startTicks[count] = processStartTicks;
    usedTicks[count] = processUsedTicks;
    atNanos[count] = readAtNanos;
    count++;
  }

  /** Returns the position of the process with this start, else {@link #ABSENT}. */
  int position(int pid, long processStartTicks) {
    int index = Arrays.binarySearch(pids, 0, count, pid);
    return index >= 0 && startTicks[index] == processStartTicks ? index : ABSENT;
  }

  long usedTicks(int position) {
    return usedTicks[position];
  }

  long atNanos(int position) {
    return atNanos[position];
  }
}
