package io.muster.collector.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.muster.collector.proc.AuxiliaryVector;
import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import io.muster.collector.proc.ProcessStat;
import io.muster.collector.proc.UserNames;
import io.muster.schema.host.ProcessEntry;
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
 * Command lines are truncated to 4,096 bytes, and are never logged: they may contain secrets.
 *
 * <p>Used by the lane's thread only.
 */
final class ProcessTableReader {
  private static final String PROC_DIRECTORY = "proc";
  private static final byte[] UID_KEY = "Uid:".getBytes(US_ASCII);
  private static final int MAX_COMMAND_BYTES = 4096;
  private static final int MAX_STATUS_BYTES = 2048;
  private static final int READS_PER_REFRESH = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final HostRoot hostRoot;
  private final KernelFileScanner scanner;
  private final LongSupplier nanoTime;
  private final UserNames userNames;
  private Map<Integer, TrackedProcess> trackedProcesses = new HashMap<>();
  private AuxiliaryVector auxiliaryVector = AuxiliaryVector.DEFAULT;
  private long bootEpochSeconds = -1;

  ProcessTableReader(HostRoot hostRoot, KernelFileScanner scanner, LongSupplier nanoTime) {
    this.hostRoot = hostRoot;
    this.scanner = scanner;
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
    var pids =
        hostRoot
            .listNumericNames(PROC_DIRECTORY)
            .orElseThrow(() -> new IOException("directory cannot be listed"));
    if (bootEpochSeconds < 0) {
      auxiliaryVector = AuxiliaryVector.read(hostRoot);
      bootEpochSeconds =
          hostRoot.readBootEpochSeconds().orElseThrow(() -> new IOException("no btime line"));
    }
    userNames.refresh();
    var stillTracked = new HashMap<Integer, TrackedProcess>(trackedProcesses.size() * 2);
    var entries = new ArrayList<ProcessEntry>(pids.length);
    var totals = new HostTotals(memoryBytes, 100.0 * Math.max(1, cpuCount), readUptimeTicks());
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
      scanner.load(hostRoot.file(PROC_DIRECTORY + "/" + pid + "/stat"));
      var stat = ProcessStat.parse(scanner);
      long nowNanos = nanoTime.getAsLong();
      var previous = trackedProcesses.get(pid);
      boolean isSameProcess = previous != null && previous.stat.startTicks() == stat.startTicks();
      double cpuPercent =
          isSameProcess && previous != null
              ? cpuPercentSince(previous, stat, nowNanos, totals)
              : lifetimeCpuPercent(stat, totals);
      var process =
          isSameProcess && previous != null
              ? previous.withStat(stat, nowNanos)
              : TrackedProcess.firstRead(stat, nowNanos);
      if (process.isRefreshDue()) {
        process = process.withUserAndCommand(readUser(pid), readCommand(pid, stat.name()));
      }
      stillTracked.put(pid, process);
      return toEntry(process, cpuPercent, totals);
    } catch (IOException e) {
      return null; // the process ended
    }
  }

  private double cpuPercentSince(
      TrackedProcess previous, ProcessStat stat, long nowNanos, HostTotals totals) {
    double elapsedSeconds = (nowNanos - previous.readAtNanos) / NANOS_PER_SECOND;
    double usedTicks = stat.cpuTicks() - previous.stat.cpuTicks();
    double percent =
        elapsedSeconds <= 0
            ? 0
            : 100 * usedTicks / auxiliaryVector.ticksPerSecond() / elapsedSeconds;
    return Math.max(0, Math.min(percent, totals.maxCpuPercent));
  }

  /** Returns the CPU usage since the start of the process; 0 if its age is not known. */
  private static double lifetimeCpuPercent(ProcessStat stat, HostTotals totals) {
    double ageTicks = totals.uptimeTicks - stat.startTicks();
    return ageTicks <= 0 ? 0 : Math.min(100 * stat.cpuTicks() / ageTicks, totals.maxCpuPercent);
  }

  private ProcessEntry toEntry(TrackedProcess process, double cpuPercent, HostTotals totals) {
    var stat = process.stat;
    long residentBytes = stat.residentPages() * auxiliaryVector.pageSizeBytes();
    return new ProcessEntry(
        0,
        "",
        stat.pid(),
        stat.name(),
        0,
        cpuPercent,
        totals.memoryPercent(residentBytes),
        residentBytes,
        stat.virtualBytes(),
        process.user,
        toWireState(stat.state()),
        Long.toString(bootEpochSeconds + stat.startTicks() / auxiliaryVector.ticksPerSecond()),
        stat.cpuTicks() / auxiliaryVector.ticksPerSecond(),
        process.command,
        stat.ppid(),
        stat.threads(),
        false,
        stat.priority(),
        stat.nice(),
        0);
  }

  private String readUser(int pid) throws IOException {
    scanner.load(hostRoot.file(PROC_DIRECTORY + "/" + pid + "/status"), MAX_STATUS_BYTES);
    for (; !scanner.isAtEnd(); scanner.skipLine()) {
      if (scanner.skipPrefix(UID_KEY)) {
        return userNames.name(scanner.nextNumber());
      }
    }
    return "unknown";
  }

  private String readCommand(int pid, String name) throws IOException {
    scanner.load(hostRoot.file(PROC_DIRECTORY + "/" + pid + "/cmdline"), MAX_COMMAND_BYTES);
    var command = scanner.remainingText();
    return command.isEmpty() ? "[" + name + "]" : command;
  }

  /**
   * Reads the clock ticks since boot; 0 if not readable: only the CPU usage at the first read needs
   * it.
   */
  private long readUptimeTicks() {
    return hostRoot.readUptimeCentiseconds() * auxiliaryVector.ticksPerSecond() / 100;
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
