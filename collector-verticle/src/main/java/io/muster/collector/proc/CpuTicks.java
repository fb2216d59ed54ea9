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
  private static final byte[] CPU = "cpu".getBytes(US_ASCII);

  private int[] ids = new int[8];
  private long[] idle = new long[8];
  private long[] total = new long[8];
  private int count;

  /** Takes the CPUs of {@code /proc/stat}. CPUs that are off have no line there. */
  public void read(KernelText stat) {
    clear();
    while (stat.pass(CPU)) {
      readLine(stat);
      stat.nextLine();
    }
  }

  public void clear() {
    count = 0;
  }

  /** Adds one CPU; idle is part of the total. */
  public void add(int id, long idleTicks, long totalTicks) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      idle = Arrays.copyOf(idle, count * 2);
      total = Arrays.copyOf(total, count * 2);
    }
    ids[count] = id;
    idle[count] = idleTicks;
    total[count] = totalTicks;
    count++;
  }

  public int count() {
    return count;
  }

  /** Number that the system gives the CPU at this position. */
  public int id(int position) {
    return ids[position];
  }

  /** A copy of the numbers of all CPUs. */
  public int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  /** Ticks that passed since then; 0 where the CPU was not there or its counters fell back. */
  public long passedSince(CpuTicks earlier, int position) {
    int before = earlier.positionOf(ids[position], position);
    return before < 0 ? 0 : Math.max(0, total[position] - earlier.total[before]);
  }

  /** Busy ticks since then, from 0 to {@link #passedSince}, also where the idle counter fell. */
  public long busySince(CpuTicks earlier, int position) {
    long passed = passedSince(earlier, position);
    if (passed == 0) {
      return 0;
    }
    long idled = idle[position] - earlier.idle[earlier.positionOf(ids[position], position)];
    return passed - Math.max(0, Math.min(idled, passed));
  }

  /** Share in percent, 0..100; empty when no time passed. */
  public static OptionalDouble percent(long busy, long passed) {
    return passed <= 0 ? OptionalDouble.empty() : OptionalDouble.of(100.0 * busy / passed);
  }

  private void readLine(KernelText stat) {
    if (!stat.digitNext()) {
      return; // the line of all CPUs together
    }
    int id = (int) stat.nextNumber();
    long busy = stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
    long idleTicks = stat.nextNumber() + stat.nextNumber();
    busy += stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
    add(id, idleTicks, idleTicks + busy);
  }

  private int positionOf(int id, int guess) {
    if (guess < count && ids[guess] == id) {
      return guess;
    }
    for (int position = 0; position < count; position++) {
      if (ids[position] == id) {
        return position;
      }
    }
    return -1;
  }
}
