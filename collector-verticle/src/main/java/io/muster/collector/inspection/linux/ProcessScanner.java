package io.muster.collector.inspection.linux;

import io.muster.collector.proc.CpuTicks;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessStat;
import io.muster.schema.inspection.ProcessUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private Map<Long, CpuTimeReading> lastReadings = Map.of();
  private long previousUptimeTicks;

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
    var processes = new ArrayList<ProcessUsage>(pids.length);
    var readings = new HashMap<Long, CpuTimeReading>();
    for (int pid : pids) {
      add(pid, interval, processes, readings);
    }
    previousUptimeTicks = uptimeTicks;
    lastReadings = readings;
    return processes;
  }

  /** Returns the CPU time of a process at the last scan; empty if it was not read. */
  Optional<CpuTimeReading> lastReading(ProcessStat stat) {
    return Optional.ofNullable(lastReadings.get(stat.pid()))
        .filter(reading -> reading.isOfProcess(stat));
  }

  private void add(
      int pid,
      ScanInterval interval,
      List<ProcessUsage> processes,
      Map<Long, CpuTimeReading> readings) {
    try {
      var stat = files.stat(pid);
      processes.add(
          new ProcessUsage(
              pid,
              stat.name(),
              interval.percent(ticksSinceLastScan(stat, interval)),
              files.residentBytes(stat)));
      readings.put(stat.pid(), CpuTimeReading.of(stat, nanoTime.getAsLong()));
    } catch (IOException e) {
      // The process has ended.
    }
  }

  private long ticksSinceLastScan(ProcessStat stat, ScanInterval interval) {
    var times = stat.times();
    long ticksOfUnscanned = times.startTicks() >= interval.startTicks ? times.cpuTicks() : 0;
    return lastReading(stat)
        .map(reading -> times.cpuTicks() - reading.usedTicks())
        .orElse(ticksOfUnscanned);
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

  /** The CPU time that a process had used at an instant. */
  record CpuTimeReading(long startTicks, long usedTicks, long atNanos) {
    static CpuTimeReading of(ProcessStat stat, long atNanos) {
      return new CpuTimeReading(stat.times().startTicks(), stat.times().cpuTicks(), atNanos);
    }

    /** Returns false if the process is another one with the same id. */
    boolean isOfProcess(ProcessStat stat) {
      return startTicks == stat.times().startTicks();
    }
  }
}
