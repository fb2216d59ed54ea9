package io.muster.collector.loop;

import io.muster.collector.source.GpuProcess;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
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
  private static final Comparator<ProcessEntry> BY_PID_AND_DEVICE =
      Comparator.<ProcessEntry>comparingLong(row -> row.identity().pid())
          .thenComparing(row -> row.gpu().deviceUuid());

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
                Collectors.toMap(
                    each -> each.identity().pid(), Function.identity(), (row, duplicate) -> row));
    var rows = new ArrayList<ProcessEntry>();
    for (var gpuProcess : gpuProcesses) {
      rows.add(
          gpuRow(
              byPid.getOrDefault(gpuProcess.pid(), unknownProcess(gpuProcess.pid())), gpuProcess));
    }
    var gpuPids = gpuProcesses.stream().map(GpuProcess::pid).collect(Collectors.toSet());
    table.stream().filter(row -> !gpuPids.contains(row.identity().pid())).forEach(rows::add);
    rows.sort(BY_PID_AND_DEVICE);
    return rows;
  }

  private static ProcessEntry gpuRow(ProcessEntry row, GpuProcess gpuProcess) {
    return row.withGpu(
        new ProcessGpuUse(
            gpuProcess.deviceIndex(),
            gpuProcess.deviceUuid(),
            gpuProcess.usedMemoryBytes().orElse(0) / MIB * MIB,
            row.gpu().gpuUtilization(),
            true));
  }

  private static ProcessEntry unknownProcess(long pid) {
    return new ProcessEntry(
        new ProcessIdentity(pid, 0, "unknown", "unknown", "[unknown]", "0"),
        new ProcessSchedule("?", 0, 0, 0),
        new ProcessLoad(0, 0, 0, 0, 0),
        ProcessGpuUse.NONE);
  }
}
