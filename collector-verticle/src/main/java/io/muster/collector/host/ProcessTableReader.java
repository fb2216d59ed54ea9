package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessFiles;
import io.muster.collector.proc.ProcessStat;
import io.muster.collector.proc.UserNames;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the processes of a Linux host, from {@code /proc/[pid]}. A process that ends while it
 * is read is skipped.
 *
 * <p>{@code stat} is read each time. Reading user and command line as well would triple the cost,
 * and a command line can be read only with the memory lock of the other process; both are read at
 * the first and second read of a process, when its name changes (as it does when the process
 * executes another program), and at every tenth read. CPU usage is measured since the previous
 * read, however long ago; at the first read of a process, since its start, as {@code ps} does.
 *
 * <p>Used by the lane's thread only.
 */
final class ProcessTableReader {
  private static final String UNKNOWN_USER = "unknown";
  private static final int READS_PER_REFRESH = 10;

  private final ProcessFiles files;
  private final LongSupplier nanoTime;
  private final UserNames userNames;
  private Map<Integer, TrackedProcess> trackedProcesses = new HashMap<>();

  ProcessTableReader(HostRoot hostRoot, KernelFileScanner scanner, LongSupplier nanoTime) {
    this.files = new ProcessFiles(hostRoot, scanner);
    this.nanoTime = nanoTime;
    this.userNames = new UserNames(hostRoot);
  }

  /**
   * Reads all processes, sorted by pid.
   *
   * @param memoryBytes memory of the host, for the memory share of each process; 0 if not known
   * @param cpuCount number of CPUs, the upper bound of the CPU usage of a process
   */
  List<ProcessEntry> read(long memoryBytes, int cpuCount) throws IOException {
    var pids = files.pids().orElseThrow(() -> new IOException("directory cannot be listed"));
    if (files.bootEpochSeconds().isEmpty()) {
      throw new IOException("no btime line");
    }
    userNames.refresh();
    var stillTracked = new HashMap<Integer, TrackedProcess>(trackedProcesses.size() * 2);
    var entries = new ArrayList<ProcessEntry>(pids.length);
    var totals = new HostTotals(memoryBytes, 100.0 * Math.max(1, cpuCount), files.uptimeTicks());
    for (int pid : pids) {
      var entry = readEntry(pid, totals, stillTracked);
      if (entry != null) {
        entries.add(entry);
      }
    }
    trackedProcesses = stillTracked;
    return entries;
  }

  private @Nullable ProcessEntry readEntry(
      int pid, HostTotals totals, Map<Integer, TrackedProcess> stillTracked) {
    try {
      var stat = files.stat(pid);
      long nowNanos = nanoTime.getAsLong();
      var tracked = trackedProcesses.get(pid);
      var previous = tracked != null && tracked.stat.isSameProcess(stat) ? tracked : null;
      double cpuPercent =
          previous == null
              ? stat.times().percentSinceStart(totals.uptimeTicks)
              : files.cpuPercent(
                  stat.times().cpuTicks() - previous.stat.times().cpuTicks(),
                  nowNanos - previous.readAtNanos);
      var process =
          previous == null
              ? TrackedProcess.firstRead(stat, nowNanos)
              : previous.withStat(stat, nowNanos);
      if (process.isRefreshDue()) {
        process = process.withUserAndCommand(readUser(pid), files.command(pid, stat.name()));
      }
      stillTracked.put(pid, process);
      return toEntry(process, Math.max(0, Math.min(cpuPercent, totals.maxCpuPercent)), totals);
    } catch (IOException e) {
      return null; // the process ended
    }
  }

  private ProcessEntry toEntry(TrackedProcess process, double cpuPercent, HostTotals totals) {
    var stat = process.stat;
    long residentBytes = files.residentBytes(stat);
    return new ProcessEntry(
        new ProcessIdentity(
            stat.pid(),
            stat.ppid(),
            stat.name(),
            process.user,
            process.command,
            Long.toString(files.startEpochSeconds(stat))),
        new ProcessSchedule(
            toWireState(stat.state()),
            stat.scheduling().threads(),
            stat.scheduling().priority(),
            stat.scheduling().nice()),
        new ProcessLoad(
            cpuPercent,
            stat.times().cpuTicks() / files.ticksPerSecond(),
            totals.memoryPercent(residentBytes),
            residentBytes,
            stat.size().virtualBytes()),
        ProcessGpuUse.NONE);
  }

  private String readUser(int pid) throws IOException {
    var userId = files.owner(pid).userId();
    return userId.isPresent() ? userNames.name(userId.getAsLong()) : UNKNOWN_USER;
  }

  private static String toWireState(char kernelState) {
    return switch (kernelState) {
      case 'R', 'S', 'I', 'T', 'Z', 'X', 'D' -> String.valueOf(kernelState);
      case 't' -> "T";
      case 'x' -> "X";
      default -> "?";
    };
  }

  private record HostTotals(long memoryBytes, double maxCpuPercent, long uptimeTicks) {
    private double memoryPercent(long residentBytes) {
      return memoryBytes <= 0 ? 0 : 100.0 * residentBytes / memoryBytes;
    }
  }

  private record TrackedProcess(
      ProcessStat stat, long readAtNanos, int readCount, String user, String command) {
    private static final int INITIAL_REFRESHES = 2;

    private static TrackedProcess firstRead(ProcessStat stat, long nowNanos) {
      return new TrackedProcess(stat, nowNanos, 1, "", "");
    }

    private TrackedProcess withStat(ProcessStat newStat, long nowNanos) {
      int newReadCount = newStat.name().equals(stat.name()) ? readCount + 1 : 1;
      return new TrackedProcess(newStat, nowNanos, newReadCount, user, command);
    }

    private boolean isRefreshDue() {
      return readCount <= INITIAL_REFRESHES || readCount % READS_PER_REFRESH == 0;
    }

    private TrackedProcess withUserAndCommand(String newUser, String newCommand) {
      return new TrackedProcess(stat, readAtNanos, readCount, newUser, newCommand);
    }
  }
}
