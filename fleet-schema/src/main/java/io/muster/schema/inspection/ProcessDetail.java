package io.muster.schema.inspection;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One process in detail. A value that only the owner of the process may read is empty for other
 * users.
 *
 * @param name name in the kernel, at most 15 bytes on Linux
 * @param command arguments joined by spaces; {@code [name]} for a kernel thread
 * @param cpuPercent share of one CPU since the previous sample, or since the process started if
 *     there is none; 250 is two and a half CPUs
 * @param sharedBytes resident pages that other processes may share
 * @param state state letter of the kernel, one of {@code R S I T t Z X D P ?}
 * @param startSeconds start of the process, seconds since the epoch
 * @param userMicros CPU time in user mode, µs
 * @param systemMicros CPU time in the kernel, µs
 * @param readBytes read by system calls, including cached reads (rchar)
 * @param writtenBytes written by system calls, including cached writes (wchar)
 * @param children direct children, each without children and threads
 * @param threads all threads; empty for a child
 */
public record ProcessDetail(
    long pid,
    String name,
    String command,
    double cpuPercent,
    long residentBytes,
    long virtualBytes,
    OptionalLong sharedBytes,
    int threadCount,
    OptionalLong fileDescriptors,
    String state,
    OptionalLong parentPid,
    long userId,
    long groupId,
    long startSeconds,
    long userMicros,
    long systemMicros,
    OptionalLong readBytes,
    OptionalLong writtenBytes,
    Optional<String> workingDirectory,
    Optional<String> executable,
    List<ProcessDetail> children,
    List<ThreadDetail> threads) {
  public ProcessDetail {
    children = List.copyOf(children);
    threads = List.copyOf(threads);
  }
}
