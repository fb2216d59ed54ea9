package io.muster.api.socktop;

import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.schema.inspection.ProcessUsage;
import java.util.List;
import java.util.function.UnaryOperator;

/** All processes of a host, in the format of the client. */
final class ProcessTableReply {
  private ProcessTableReply() {}

  /**
   * Encodes the table as protobuf, in the order of the list.
   *
   * @param displayNames maps the name of a process to the name that the client shows
   */
  static EncodedReply encode(List<ProcessUsage> processes, UnaryOperator<String> displayNames) {
    var table = Processes.newBuilder().setProcessCount(processes.size());
    for (var process : processes) {
      table.addRows(row(process, displayNames));
    }
    return EncodedReply.protobuf(table.build().toByteArray());
  }

  private static Process row(ProcessUsage process, UnaryOperator<String> displayNames) {
    return Process.newBuilder()
        .setPid((int) process.pid())
        .setName(displayNames.apply(process.name()))
        .setCpuUsage((float) SafeValues.percent(process.cpuPercent()))
        .setMemBytes(SafeValues.nonNegative(process.residentBytes()))
        .build();
  }
}
