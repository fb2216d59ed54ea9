package io.muster.collector.loop;

import io.muster.collector.source.GpuProcess;
import io.muster.schema.host.ProcessEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Joins the host's process table with what the GPU drivers list: one row for each process and GPU.
 */
final class ProcessJoin {
  private static final long MIB = 1 << 20;

  private ProcessJoin() {}

  /**
   * Every process of the table; a process on two GPUs stands twice. A GPU process that the table
   * lacks (another pid namespace) stands with what the driver knows of it. Sorted by (pid, device
   * UUID).
   */
  static List<ProcessEntry> join(List<ProcessEntry> table, List<GpuProcess> onGpus) {
    if (onGpus.isEmpty()) {
      return table;
    }
    var byPid =
        table.stream()
            .collect(Collectors.toMap(ProcessEntry::pid, Function.identity(), (row, again) -> row));
    var rows = new ArrayList<ProcessEntry>();
    for (var onGpu : onGpus) {
      rows.add(onGpu(byPid.getOrDefault(onGpu.pid(), unlisted(onGpu.pid())), onGpu));
    }
    var gpuPids = onGpus.stream().map(GpuProcess::pid).collect(Collectors.toSet());
    table.stream().filter(row -> !gpuPids.contains(row.pid())).forEach(rows::add);
    rows.sort(Comparator.comparingLong(ProcessEntry::pid).thenComparing(ProcessEntry::deviceUuid));
    return rows;
  }

  private static ProcessEntry onGpu(ProcessEntry row, GpuProcess onGpu) {
    return new ProcessEntry(
        onGpu.deviceIndex(),
        onGpu.deviceUuid(),
        row.pid(),
        row.processName(),
        onGpu.usedMemoryBytes().orElse(0) / MIB * MIB,
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

  private static ProcessEntry unlisted(long pid) {
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
