package io.muster.schema.inspection;

import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One process in detail. A value that only the owner of the process may read is empty for other
 * users.
 *
 * @param state state letter of the kernel, one of {@code R S I T t Z X D P ?}
 * @param children direct children, each without children and threads
 * @param threads all threads; empty for a child
 */
public record ProcessDetail(
    @Flat ProcessName process,
    @Flat ProcessIds ids,
    String state,
    int threadCount,
    @Flat ProcessTiming times,
    @Flat ProcessMemory memory,
    @Flat ProcessFileUse files,
    List<ProcessDetail> children,
    List<ThreadDetail> threads) {
  public ProcessDetail {
    children = List.copyOf(children);
    threads = List.copyOf(threads);
  }

  public long pid() {
    return process.pid();
  }

  /**
   * The names of a process.
   *
   * @param name name in the kernel, at most 15 bytes on Linux
   * @param command arguments joined by spaces; {@code [name]} for a kernel thread
   */
  public record ProcessName(long pid, String name, String command) {}

  /** The parent and the effective user of a process. */
  public record ProcessIds(OptionalLong parentPid, long userId, long groupId) {}

  /**
   * The CPU time of a process.
   *
   * @param cpuPercent share of one CPU since the previous sample, or since the process started if
   *     there is none; 250 is two and a half CPUs
   * @param startSeconds start of the process, seconds since the epoch
   * @param userMicros CPU time in user mode, µs
   * @param systemMicros CPU time in the kernel, µs
   */
  public record ProcessTiming(
      double cpuPercent, long startSeconds, long userMicros, long systemMicros) {}

  /**
   * The memory of a process.
   *
   * @param sharedBytes resident pages that other processes may share
   */
  public record ProcessMemory(long residentBytes, long virtualBytes, OptionalLong sharedBytes) {}

  /**
   * The files of a process, and what it read from them and wrote to them.
   *
   * @param readBytes read by system calls, including cached reads (rchar)
   * @param writtenBytes written by system calls, including cached writes (wchar)
   */
  public record ProcessFileUse(
      OptionalLong fileDescriptors,
      OptionalLong readBytes,
      OptionalLong writtenBytes,
      Optional<String> workingDirectory,
      Optional<String> executable) {}
}
