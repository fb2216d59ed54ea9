package io.muster.collector.oshi;

import io.muster.collector.proc.SecretArguments;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Reader of the process table through OSHI. OSHI queries the system several times for the user and
 * the command line of each process, which is expensive: the table is therefore read only on demand.
 * Nice values are not reported. Used by one thread only.
 */
final class OshiProcessTableReader {
  private static final String UNKNOWN_USER = "unknown";

  private final OperatingSystem operatingSystem;
  private final int cpuCount;
  private Map<Integer, OSProcess> previousProcesses = new HashMap<>();

  OshiProcessTableReader(OperatingSystem operatingSystem, int cpuCount) {
    this.operatingSystem = operatingSystem;
    this.cpuCount = cpuCount;
  }

  /** Reads all processes, sorted by pid. */
  List<ProcessEntry> read(long memoryBytes) {
    var current = new HashMap<Integer, OSProcess>();
    var entries = new ArrayList<ProcessEntry>();
    for (var process : operatingSystem.getProcesses()) {
      if (process.getState() != OSProcess.State.INVALID) {
        entries.add(toEntry(process, memoryBytes));
        current.put(process.getProcessID(), process);
      }
    }
    previousProcesses = current;
    entries.sort(Comparator.comparingLong(each -> each.identity().pid()));
    return entries;
  }

  private ProcessEntry toEntry(OSProcess process, long memoryBytes) {
    long residentBytes = process.getResidentMemory();
    var command = SecretArguments.mask(process.getCommandLine()).replace('\0', ' ').strip();
    return new ProcessEntry(
        new ProcessIdentity(
            process.getProcessID(),
            process.getParentProcessID(),
            process.getName(),
            process.getUser().isEmpty() ? UNKNOWN_USER : process.getUser(),
            command.isEmpty() ? "[" + process.getName() + "]" : command,
            Long.toString(process.getStartTime() / 1000)),
        new ProcessSchedule(
            toWireState(process.getState()), process.getThreadCount(), process.getPriority(), 0),
        new ProcessLoad(
            cpuPercent(process),
            (process.getKernelTime() + process.getUserTime()) / 1000,
            memoryBytes <= 0 ? 0 : 100.0 * residentBytes / memoryBytes,
            residentBytes,
            process.getVirtualSize()),
        ProcessGpuUse.NONE);
  }

  /**
   * Returns the CPU usage since the previous read; at the first read of a process, since its start.
   */
  private double cpuPercent(OSProcess process) {
    var previous = previousProcesses.get(process.getProcessID());
    boolean isSameProcess = previous != null && previous.getStartTime() == process.getStartTime();
    double cpuRatio =
        isSameProcess
            ? process.getProcessCpuLoadBetweenTicks(previous)
            : process.getProcessCpuLoadCumulative();
    return Math.max(0, Math.min(100 * cpuRatio, 100.0 * cpuCount));
  }

  private static String toWireState(OSProcess.State state) {
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
