package io.muster.api.socktop;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ThreadDetail;
import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * The details of one process, in the format of the client.
 *
 * @param cachedAt time of the reading, seconds since the epoch
 */
@JsonPropertyOrder({"process", "cached_at"})
record ProcessReply(ProcessDetailReply process, long cachedAt) {

  /**
   * Converts the details of a process.
   *
   * @param displayNames maps the name of a process to the name that the client shows
   */
  static ProcessReply of(ProcessDetail process, UnaryOperator<String> displayNames, long cachedAt) {
    return new ProcessReply(
        ProcessDetailReply.of(process, displayNames, StateNames.PROCESS), cachedAt);
  }

  /** The process or one of its children. */
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
  record ProcessDetailReply(
      @Flat ProcessNameReply process,
      @Flat ProcessIds ids,
      String status,
      int threadCount,
      @Flat ProcessTimesReply times,
      @Flat ProcessMemoryReply memory,
      @Flat ProcessFilesReply files,
      List<ProcessDetailReply> childProcesses,
      List<ThreadReply> threads) {

    static ProcessDetailReply of(
        ProcessDetail process, UnaryOperator<String> displayNames, StateNames stateNames) {
      var name = process.process();
      return new ProcessDetailReply(
          new ProcessNameReply(name.pid(), displayNames.apply(name.name()), name.command()),
          process.ids(),
          stateNames.nameOf(process.state()),
          Math.max(process.threadCount(), 0),
          ProcessTimesReply.of(process.times()),
          ProcessMemoryReply.of(process.memory()),
          ProcessFilesReply.of(process.files()),
          process.children().stream()
              .map(child -> of(child, displayNames, StateNames.CHILD_OR_THREAD))
              .toList(),
          process.threads().stream().map(ThreadReply::of).toList());
    }
  }

  /** The names of a process. */
  record ProcessNameReply(long pid, String name, String command) {}

  /** The CPU time of a process: percent, seconds since the epoch, and twice microseconds. */
  record ProcessTimesReply(double cpuUsage, long startTime, long cpuTimeUser, long cpuTimeSystem) {
    static ProcessTimesReply of(ProcessTiming times) {
      return new ProcessTimesReply(
          SafeValues.nonNegativeHundredths(times.cpuPercent()),
          SafeValues.nonNegative(times.startSeconds()),
          SafeValues.nonNegative(times.userMicros()),
          SafeValues.nonNegative(times.systemMicros()));
    }
  }

  /** The memory of a process, bytes. */
  record ProcessMemoryReply(long memBytes, long virtualMemBytes, OptionalLong sharedMemBytes) {
    static ProcessMemoryReply of(ProcessMemory memory) {
      return new ProcessMemoryReply(
          SafeValues.nonNegative(memory.residentBytes()),
          SafeValues.nonNegative(memory.virtualBytes()),
          memory.sharedBytes());
    }
  }

  /** The files of a process. */
  record ProcessFilesReply(
      OptionalLong fdCount,
      OptionalLong readBytes,
      OptionalLong writeBytes,
      Optional<String> workingDirectory,
      Optional<String> executablePath) {
    static ProcessFilesReply of(ProcessFileUse files) {
      return new ProcessFilesReply(
          files.fileDescriptors(),
          files.readBytes(),
          files.writtenBytes(),
          files.workingDirectory(),
          files.executable());
    }
  }

  /** One thread of the process; both times in microseconds. */
  @JsonPropertyOrder({"tid", "name", "cpu_time_user", "cpu_time_system", "status"})
  record ThreadReply(long tid, String name, long cpuTimeUser, long cpuTimeSystem, String status) {
    static ThreadReply of(ThreadDetail thread) {
      return new ThreadReply(
          thread.tid(),
          thread.name(),
          SafeValues.nonNegative(thread.userMicros()),
          SafeValues.nonNegative(thread.systemMicros()),
          StateNames.CHILD_OR_THREAD.nameOf(thread.state()));
    }
  }

  /** State names of the agent: one set for the process, another for its children and threads. */
  private enum StateNames {
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
    CHILD_OR_THREAD(
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

    private final Map<String, String> namesByState;

    StateNames(Map<String, String> namesByState) {
      this.namesByState = namesByState;
    }

    String nameOf(String state) {
      return namesByState.getOrDefault(state, "Unknown");
    }
  }
}
