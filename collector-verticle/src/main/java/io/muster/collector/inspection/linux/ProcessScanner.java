package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessStat.ProcessTimes;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Reads the usage of the host by each process, from one file each, {@code /proc/[pid]/stat}. A
 * process that ends while it is read is skipped. All CPU time of a process that started since the
 * previous scan counts as used since that scan. Used by the inspection thread only.
 */
final class ProcessScanner {
  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final ProcessFiles files;
  private final LongSupplier nanoTime;
  private final CpuTicks cpuTicks = new CpuTicks();
  private ProcessCpuTimes previousTimes = new ProcessCpuTimes();
  private ProcessCpuTimes currentTimes = new ProcessCpuTimes();
  private long previousUptimeTicks;
  private int previousCount;

  ProcessScanner(
      HostRoot hostRoot, KernelFileScanner scanner, ProcessFiles files, LongSupplier nanoTime) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
    this.files = files;
    this.nanoTime = nanoTime;
  }

  /** Reads all processes, sorted by pid. */
  List<ProcessUsage> read() throws IOException {
    scanner.load(hostRoot.file("proc/stat"));
    cpuTicks.read(scanner);
    long uptimeTicks = files.uptimeTicks();
    var interval = new ScanInterval(cpuTicks.totalTime().elapsedTicks(), previousUptimeTicks);
    var pids = files.pids().orElseThrow(() -> new IOException("/proc cannot be listed"));
    currentTimes.clear();
    var processes = new ArrayList<ProcessUsage>(previousCount + 16);
    for (int pid : pids) {
      add(pid, interval, processes);
    }
    previousUptimeTicks = uptimeTicks;
    previousCount = processes.size();
    swapBuffers();
    return processes;
  }

  /** CPU times as of the last scan. */
  ProcessCpuTimes cpuTimes() {
    return previousTimes;
  }

  private void add(int pid, ScanInterval interval, List<ProcessUsage> processes) {
    try {
      var stat = files.stat(pid);
      long usedTicks = stat.times().cpuTicks();
      processes.add(
          new ProcessUsage(
              pid,
              stat.name(),
              interval.percent(ticksSinceLastScan(pid, stat.times(), interval)),
              files.residentBytes(stat)));
      currentTimes.add(pid, stat.times().startTicks(), usedTicks, nanoTime.getAsLong());
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private long ticksSinceLastScan(int pid, ProcessTimes times, ScanInterval interval) {
    int index = previousTimes.position(pid, times.startTicks());
    if (index >= 0) {
      return times.cpuTicks() - previousTimes.usedTicks(index);
    }
    return times.startTicks() >= interval.startTicks ? times.cpuTicks() : 0;
  }

  private void swapBuffers() {
    var spareTimes = previousTimes;
    previousTimes = currentTimes;
    currentTimes = spareTimes;
  }

  /**
   * The time that CPU usage refers to.
   *
   * @param elapsedTicks ticks of all CPUs since the previous scan; 0 at the first
   * @param startTicks time of the previous scan, ticks since the boot
   */
  private record ScanInterval(long elapsedTicks, long startTicks) {
    private double percent(long usedTicks) {
      return elapsedTicks <= 0 ? 0 : Math.max(0, Math.min(100.0 * usedTicks / elapsedTicks, 100));
    }
  }
}
