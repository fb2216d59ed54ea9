package io.muster.collector.host;

import io.muster.schema.host.ProcessEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * The process table by way of OSHI. Each process that OSHI lists asks the system several times more
 * for its owner and command line: expensive, hence only on demand. Nice values are not told.
 */
final class OshiProcesses {
  private static final String UNKNOWN = "unknown";

  private final OperatingSystem system;
  private final int cpus;
  private Map<Integer, OSProcess> earlier = new HashMap<>();

  OshiProcesses(OperatingSystem system, int cpus) {
    this.system = system;
    this.cpus = cpus;
  }

  /** All processes, by pid. */
  List<ProcessEntry> read(long memoryBytes) {
    var seen = new HashMap<Integer, OSProcess>();
    var rows = new ArrayList<ProcessEntry>();
    for (var process : system.getProcesses()) {
      if (process.getState() != OSProcess.State.INVALID) {
        rows.add(row(process, memoryBytes));
        seen.put(process.getProcessID(), process);
      }
    }
    earlier = seen;
    rows.sort(Comparator.comparingLong(ProcessEntry::pid));
    return rows;
  }

  private ProcessEntry row(OSProcess process, long memoryBytes) {
    long residentBytes = process.getResidentMemory();
    var command = process.getCommandLine().replace('\0', ' ').strip();
    return new ProcessEntry(
        0,
        "",
        process.getProcessID(),
        process.getName(),
        0,
        cpuPercent(process),
        memoryBytes <= 0 ? 0 : 100.0 * residentBytes / memoryBytes,
        residentBytes,
        process.getVirtualSize(),
        process.getUser().isEmpty() ? UNKNOWN : process.getUser(),
        state(process.getState()),
        Long.toString(process.getStartTime() / 1000),
        (process.getKernelTime() + process.getUserTime()) / 1000,
        command.isEmpty() ? "[" + process.getName() + "]" : command,
        process.getParentProcessID(),
        process.getThreadCount(),
        false,
        process.getPriority(),
        0,
        0);
  }

  /** Since the last reading; since the process began at first sight. */
  private double cpuPercent(OSProcess process) {
    var before = earlier.get(process.getProcessID());
    boolean same = before != null && before.getStartTime() == process.getStartTime();
    double share =
        same
            ? process.getProcessCpuLoadBetweenTicks(before)
            : process.getProcessCpuLoadCumulative();
    return Math.max(0, Math.min(100 * share, 100.0 * cpus));
  }

  private static String state(OSProcess.State state) {
    return switch (state) {
      case RUNNING -> "R";
      case SLEEPING -> "S";
      case WAITING -> "D";
      case STOPPED, SUSPENDED -> "T";
      case ZOMBIE -> "Z";
      case INVALID -> "X";
      case NEW, OTHER -> "?";
    };
  }
}
