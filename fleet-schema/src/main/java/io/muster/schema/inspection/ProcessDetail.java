package io.muster.schema.inspection;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One process, looked at closely. What only its owner may read is empty for others.
 *
 * @param name as the kernel has it: at most 15 bytes on Linux
 * @param command arguments joined by blanks; {@code [name]} for a kernel thread
 * @param cpuPercent share of one CPU since the sample before, else since it began; 250 is two and a
 *     half CPUs
 * @param sharedBytes resident pages that others may share
 * @param state letter of the kernel: one of {@code R S I T t Z X D P ?}
 * @param startSeconds start, seconds since the epoch
 * @param userMicros CPU time in user mode, µs
 * @param systemMicros CPU time in the kernel, µs
 * @param readBytes read by system calls, caches included (rchar)
 * @param writtenBytes written by system calls, caches included (wchar)
 * @param children direct children, without theirs and without threads
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
