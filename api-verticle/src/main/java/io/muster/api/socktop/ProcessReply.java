package io.muster.api.socktop;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ThreadDetail;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * One process looked at closely, as the client reads it.
 *
 * @param cachedAt when it was read, seconds since the epoch
 */
@JsonPropertyOrder({"process", "cached_at"})
record ProcessReply(Row process, long cachedAt) {

  /**
   * The answer.
   *
   * @param shown what a process is called there
   */
  static ProcessReply of(ProcessDetail process, UnaryOperator<String> shown, long cachedAt) {
    return new ProcessReply(Row.of(process, shown, Words.PROCESS), cachedAt);
  }

  /** The process or a child of it. */
  @JsonPropertyOrder({
    "pid",
    "name",
    "command",
    "cpu_usage",
    "mem_bytes",
    "virtual_mem_bytes",
    "shared_mem_bytes",
    "thread_count",
    "fd_count",
    "status",
    "parent_pid",
    "user_id",
    "group_id",
    "start_time",
    "cpu_time_user",
    "cpu_time_system",
    "read_bytes",
    "write_bytes",
    "working_directory",
    "executable_path",
    "child_processes",
    "threads"
  })
  record Row(
      long pid,
      String name,
      String command,
      double cpuUsage,
      long memBytes,
      long virtualMemBytes,
      OptionalLong sharedMemBytes,
      int threadCount,
      OptionalLong fdCount,
      String status,
      OptionalLong parentPid,
      long userId,
      long groupId,
      long startTime,
      long cpuTimeUser,
      long cpuTimeSystem,
      OptionalLong readBytes,
      OptionalLong writeBytes,
      Optional<String> workingDirectory,
      Optional<String> executablePath,
      List<Row> childProcesses,
      List<ThreadRow> threads) {

    static Row of(ProcessDetail process, UnaryOperator<String> shown, Words words) {
      return new Row(
          process.pid(),
          shown.apply(process.name()),
          process.command(),
          Tame.number(process.cpuPercent()),
          Tame.size(process.residentBytes()),
          Tame.size(process.virtualBytes()),
          process.sharedBytes(),
          Math.max(process.threadCount(), 0),
          process.fileDescriptors(),
          words.of(process.state()),
          process.parentPid(),
          process.userId(),
          process.groupId(),
          Tame.size(process.startSeconds()),
          Tame.size(process.userMicros()),
          Tame.size(process.systemMicros()),
          process.readBytes(),
          process.writtenBytes(),
          process.workingDirectory(),
          process.executable(),
          process.children().stream().map(child -> of(child, shown, Words.PART)).toList(),
          process.threads().stream().map(ThreadRow::of).toList());
    }
  }

  /** One thread of the process; both times in microseconds. */
  @JsonPropertyOrder({"tid", "name", "cpu_time_user", "cpu_time_system", "status"})
  record ThreadRow(long tid, String name, long cpuTimeUser, long cpuTimeSystem, String status) {
    static ThreadRow of(ThreadDetail thread) {
      return new ThreadRow(
          thread.tid(),
          thread.name(),
          Tame.size(thread.userMicros()),
          Tame.size(thread.systemMicros()),
          Words.PART.of(thread.state()));
    }
  }

  /** The agent has words of its own for the process, and others for its children and threads. */
  private enum Words {
    PROCESS(
        Map.of(
            "R", "Run",
            "S", "Sleep",
            "I", "Idle",
            "D", "UninterruptibleDiskSleep",
            "Z", "Zombie",
            "T", "Stop",
            "t", "Tracing",
            "X", "Dead",
            "P", "Parked")),
    PART(
        Map.of(
            "R", "Running",
            "S", "Sleeping",
            "I", "Idle",
            "D", "Disk Sleep",
            "Z", "Zombie",
            "T", "Stopped",
            "t", "Tracing Stop",
            "X", "Dead",
            "P", "Parked"));

    private final Map<String, String> byState;

    Words(Map<String, String> byState) {
      this.byState = byState;
    }

    String of(String state) {
      return byState.getOrDefault(state, "Unknown");
    }
  }
}
