package io.muster.collector.proc;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The time counters of the logical CPUs, in ticks of any unit, as of the last two reads. Used by
 * one thread only.
 */
public final class CpuTicks {
  private Map<Integer, TickCounters> previous = Map.of();
  private Map<Integer, TickCounters> current = Map.of();

  /** Reads the CPUs of {@code /proc/stat}. Offline CPUs have no line there. */
  public void read(KernelFileScanner stat) {
    var counters = new LinkedHashMap<Integer, TickCounters>();
    for (; stat.skipPrefix("cpu"); stat.skipLine()) {
      if (stat.isAtDigit()) { // the other line is the sum of all CPUs
        counters.put((int) stat.nextNumber(), TickCounters.parse(stat));
      }
    }
    update(counters);
  }

  /** Replaces the counters, by number of the CPU; the previous ones stay the baseline. */
  public void update(Map<Integer, TickCounters> counters) {
    previous = current.isEmpty() ? previous : current;
    current = counters;
  }

  /** Returns the numbers of the CPUs, in the order of the system. */
  public List<Integer> cpuIds() {
    return List.copyOf(current.keySet());
  }

  /** Returns the time of a CPU since the previous read; none if it was absent at a read. */
  public CpuTime time(int cpuId) {
    var after = current.get(cpuId);
    var before = previous.get(cpuId);
    return after == null || before == null ? CpuTime.NONE : after.since(before);
  }

  /** Returns the time of all CPUs since the previous read. */
  public CpuTime totalTime() {
    return CpuTime.sum(current.keySet().stream().map(this::time));
  }

  /**
   * The counters of one CPU since boot. Waiting for a disk counts as idle; time stolen by the
   * hypervisor counts as busy, because there was work to run; guest time is already part of user
   * time.
   *
   * @param total idle time included
   */
  public record TickCounters(long idle, long total) {
    private static TickCounters parse(KernelFileScanner stat) {
      long busy = stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
      long idle = stat.nextNumber() + stat.nextNumber();
      busy += stat.nextNumber() + stat.nextNumber() + stat.nextNumber();
      return new TickCounters(idle, idle + busy);
    }

    /**
     * Returns no time if the counters decreased, and all of it as busy if only the idle one did.
     */
    private CpuTime since(TickCounters before) {
      long elapsed = Math.max(0, total - before.total);
      return new CpuTime(elapsed - Math.max(0, Math.min(idle - before.idle, elapsed)), elapsed);
    }
  }

  /**
   * The time of one or several CPUs between two reads.
   *
   * @param busyTicks 0 to {@code elapsedTicks}
   */
  public record CpuTime(long busyTicks, long elapsedTicks) {
    private static final CpuTime NONE = new CpuTime(0, 0);

    /** Returns the time of all these CPUs together. */
    public static CpuTime sum(Stream<CpuTime> times) {
      return times.reduce(NONE, CpuTime::plus);
    }

    /** Returns the busy share in percent, 0..100; empty if no time elapsed. */
    public OptionalDouble busyPercent() {
      return elapsedTicks <= 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(100.0 * busyTicks / elapsedTicks);
    }

    private CpuTime plus(CpuTime other) {
      return new CpuTime(busyTicks + other.busyTicks, elapsedTicks + other.elapsedTicks);
    }
  }
}
