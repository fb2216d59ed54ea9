package io.muster.schema.host;

import io.muster.schema.json.WireText;

/**
 * The identity of a process.
 *
 * @param ppid parent
 * @param processName name in the kernel
 * @param user name, else numeric id, else {@code unknown}
 * @param command arguments joined by spaces; {@code [name]} for a kernel thread
 * @param startTime seconds since the epoch, as text
 */
public record ProcessIdentity(
    long pid, long ppid, String processName, String user, String command, String startTime) {
  private static final int MAX_COMMAND_BYTES = 256;
  private static final int MAX_NAME_BYTES = 128;

  ProcessIdentity withTruncatedTexts() {
    var name = WireText.truncate(processName, MAX_NAME_BYTES);
    var owner = WireText.truncate(user, MAX_NAME_BYTES);
    var arguments = WireText.truncate(command, MAX_COMMAND_BYTES);
    return name.equals(processName) && owner.equals(user) && arguments.equals(command)
        ? this
        : new ProcessIdentity(pid, ppid, name, owner, arguments, startTime);
  }
}
