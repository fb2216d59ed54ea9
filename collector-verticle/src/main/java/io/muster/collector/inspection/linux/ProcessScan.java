package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import io.muster.collector.proc.ProcessStat;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What each process takes of the host: one file each, {@code /proc/[pid]/stat}. A process that ends
 * while it is read is passed over. A process that began since the scan before has used since then
 * all that it ever used.
 */
final class ProcessScan {
  private static final String PROC = "proc";

  private final KernelTree tree;
  private final KernelText text;
  private final ProcessFiles files;
  private final LongSupplier nanos;
  private CpuTicks earlierCpus = new CpuTicks();
  private CpuTicks cpus = new CpuTicks();
  private CpuTimes earlier = new CpuTimes();
  private CpuTimes current = new CpuTimes();
  private long upCentiseconds;
  private int rows;

  ProcessScan(KernelTree tree, KernelText text, ProcessFiles files, LongSupplier nanos) {
    this.tree = tree;
    this.text = text;
    this.files = files;
    this.nanos = nanos;
  }

  /** All processes, by pid. */
  List<ProcessUsage> read() throws IOException {
    text.load(tree.file(PROC + "/stat"));
    cpus.read(text);
    long uptime = tree.upCentiseconds();
    var scale = new Scale(passedTicks(), upCentiseconds * files.ticksPerSecond() / 100);
    var pids = tree.numbers(PROC).orElseThrow(() -> new IOException("/proc cannot be listed"));
    current.clear();
    var found = new ArrayList<ProcessUsage>(rows + 16);
    for (int pid : pids) {
      add(pid, scale, found);
    }
    upCentiseconds = uptime;
    rows = found.size();
    swap();
    return found;
  }

  /** CPU times as of the last scan. */
  CpuTimes times() {
    return earlier;
  }

  private void add(int pid, Scale scale, List<ProcessUsage> found) {
    try {
      var stat = files.stat(pid);
      long used = stat.cpuTicks();
      found.add(
          new ProcessUsage(
              pid, stat.name(), scale.percent(usedSince(stat, pid, scale)), files.resident(stat)));
      current.add(pid, stat.startTicks(), used, nanos.getAsLong());
    } catch (IOException e) {
      // It ended.
    }
  }

  private long usedSince(ProcessStat stat, int pid, Scale scale) {
    int before = earlier.position(pid, stat.startTicks());
    if (before >= 0) {
      return stat.cpuTicks() - earlier.usedTicks(before);
    }
    return stat.startTicks() >= scale.sinceTicks ? stat.cpuTicks() : 0;
  }

  private long passedTicks() {
    long passed = 0;
    for (int cpu = 0; cpu < cpus.count(); cpu++) {
      passed += cpus.passedSince(earlierCpus, cpu);
    }
    return passed;
  }

  private void swap() {
    var spareCpus = earlierCpus;
    earlierCpus = cpus;
    cpus = spareCpus;
    var spare = earlier;
    earlier = current;
    current = spare;
  }

  /**
   * What shares are measured by.
   *
   * @param passedTicks of all CPUs since the scan before; 0 at the first
   * @param sinceTicks when the scan before was, ticks since the boot
   */
  private record Scale(long passedTicks, long sinceTicks) {
    private double percent(long usedTicks) {
      return passedTicks <= 0 ? 0 : Math.max(0, Math.min(100.0 * usedTicks / passedTicks, 100));
    }
  }
}
