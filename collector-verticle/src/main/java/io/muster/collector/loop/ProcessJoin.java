package io.muster.collector.loop;

import io.muster.collector.source.GpuProcess;
import io.muster.schema.host.ProcessEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Joins the host's process table with the GPU processes of the drivers: one row for each process
 * and GPU.
 */
final class ProcessJoin {
  private static final long MIB = 1 << 20;

  private ProcessJoin() {}

  /**
   * Returns every process of the table; a process on two GPUs has two rows. A GPU process that is
   * not in the table (another pid namespace) has a row with the driver's data only. Sorted by (pid,
   * device UUID).
   */
  static List<ProcessEntry> join(List<ProcessEntry> table, List<GpuProcess> gpuProcesses) {
    if (gpuProcesses.isEmpty()) {
      return table;
    }
    var byPid =
        table.stream()
            .collect(
                Collectors.toMap(ProcessEntry::pid, Function.identity(), (row, duplicate) -> row));
    var rows = new ArrayList<ProcessEntry>();
    for (var gpuProcess : gpuProcesses) {
      rows.add(
          gpuRow(
              byPid.getOrDefault(gpuProcess.pid(), unknownProcess(gpuProcess.pid())), gpuProcess));
    }
    var gpuPids = gpuProcesses.stream().map(GpuProcess::pid).collect(Collectors.toSet());
    table.stream().filter(row -> !gpuPids.contains(row.pid())).forEach(rows::add);
    rows.sort(Comparator.comparingLong(ProcessEntry::pid).thenComparing(ProcessEntry::deviceUuid));
    return rows;
  }

  private static ProcessEntry gpuRow(ProcessEntry row, GpuProcess gpuProcess) {
    return new ProcessEntry(
        gpuProcess.deviceIndex(),
        gpuProcess.deviceUuid(),
        row.pid(),
        row.processName(),
        gpuProcess.usedMemoryBytes().orElse(0) / MIB * MIB,
        row.cpuPercent(),
        row.memoryPercent(),
        row.memoryRss(),
        row.memoryVms(),
        row.user(),
        row.state(),
        row.startTime(),
        row.cpuTime(),
        row.command(),
        row.ppid(),
        row.threads(),
        true,
        row.priority(),
        row.niceValue(),
        row.gpuUtilization());
  }

  private static ProcessEntry unknownProcess(long pid) {
    return new ProcessEntry(
        0,
        "",
        pid,
        "unknown",
        0,
        0,
        0,
        0,
        0,
        "unknown",
        "?",
        "0",
        0,
        "[unknown]",
        0,
        0,
        true,
        0,
        0,
        0);
  }
}
