package io.muster.api.socktop;

import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.schema.inspection.ProcessUsage;
import java.util.List;
import java.util.function.UnaryOperator;

/** All processes of a host as the client reads them. */
final class ProcessTable {
  private ProcessTable() {}

  /**
   * The table as protobuf, in the order of the list.
   *
   * @param shown what a process is called there
   */
  static Reply of(List<ProcessUsage> processes, UnaryOperator<String> shown) {
    var table = Processes.newBuilder().setProcessCount(processes.size());
    for (var process : processes) {
      table.addRows(row(process, shown));
    }
    return Reply.protobuf(table.build().toByteArray());
  }

  private static Process row(ProcessUsage process, UnaryOperator<String> shown) {
    return Process.newBuilder()
        .setPid((int) process.pid())
        .setName(shown.apply(process.name()))
        .setCpuUsage((float) Tame.percent(process.cpuPercent()))
        .setMemBytes(Tame.size(process.residentBytes()))
        .build();
  }
}
