package io.muster.schema.host;

import io.muster.schema.json.WireText;

/**
 * One process, or one process on one GPU: the 20 keys of all-smi's schema 1. A process on two GPUs
 * has two entries.
 *
 * @param deviceId position of the GPU among the GPUs of its driver; 0 without a GPU
 * @param deviceUuid the GPU; empty text without one
 * @param usedMemory GPU memory used by the process, bytes, whole MiB; 0 without a GPU or if the
 *     driver does not report it
 * @param cpuPercent share of one CPU since the last reading, or since the process started if there
 *     is none, percent; 250 is two and a half CPUs
 * @param memoryPercent resident share of the host's memory, percent
 * @param memoryRss resident, bytes
 * @param memoryVms virtual, bytes
 * @param user name, else numeric id, else {@code unknown}
 * @param state one of {@code R S I T Z X D ?}
 * @param startTime seconds since the epoch, as text
 * @param cpuTime CPU time used since the start, s
 * @param command arguments joined by spaces; {@code [name]} for a kernel thread
 * @param threads number of threads
 * @param priority priority of the kernel's scheduler
 * @param niceValue -20..19
 * @param gpuUtilization percent 0..100; 0 if the driver does not report it
 */
public record ProcessEntry(
    int deviceId,
    String deviceUuid,
    long pid,
    String processName,
    long usedMemory,
    double cpuPercent,
    double memoryPercent,
    long memoryRss,
    long memoryVms,
    String user,
    String state,
    String startTime,
    long cpuTime,
    String command,
    long ppid,
    int threads,
    boolean usesGpu,
    int priority,
    int niceValue,
    double gpuUtilization) {
  private static final int MAX_COMMAND_BYTES = 256;
  private static final int MAX_NAME_BYTES = 128;

  /**
   * Returns the entry that is sent to clients: command truncated at 256 bytes, name and user at 128
   * each. Must be called once, before the entry is encoded.
   */
  public ProcessEntry withTruncatedTexts() {
    var truncatedName = WireText.truncate(processName, MAX_NAME_BYTES);
    var truncatedUser = WireText.truncate(user, MAX_NAME_BYTES);
    var truncatedCommand = WireText.truncate(command, MAX_COMMAND_BYTES);
    return truncatedName.equals(processName)
            && truncatedUser.equals(user)
            && truncatedCommand.equals(command)
        ? this
        : withTexts(truncatedName, truncatedUser, truncatedCommand);
  }

  private ProcessEntry withTexts(String newName, String newUser, String newCommand) {
    return new ProcessEntry(
        deviceId,
        deviceUuid,
        pid,
        newName,
        usedMemory,
        cpuPercent,
        memoryPercent,
        memoryRss,
        memoryVms,
        newUser,
        state,
        startTime,
        cpuTime,
        newCommand,
        ppid,
        threads,
        usesGpu,
        priority,
        niceValue,
        gpuUtilization);
  }
}
