package io.muster.runtime.database.embedded;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A running server, read from its {@code postmaster.pid}.
 *
 * @param pid process id of the postmaster
 * @param socketDirectory directory of the Unix socket
 */
record Postmaster(long pid, Path socketDirectory) {
  private static final int SOCKET_LINE = 4;
  private static final int SHARED_MEMORY_LINE = 6;

  /** A number above every process id. */
  private static final String NO_PROCESS = String.valueOf(Integer.MAX_VALUE);

  /**
   * Returns the server that the text of the file describes, if it runs. The path of its program
   * must begin with the prefix, because after a crash or in a new container the pid may be that of
   * any process.
   */
  static Optional<Postmaster> find(String pidFile, String programPrefix) {
    var lines = pidFile.lines().map(String::strip).toList();
    if (lines.size() <= SOCKET_LINE || !lines.get(0).matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    var pid = Long.parseLong(lines.get(0));
    return isRunning(pid, programPrefix)
        ? Optional.of(new Postmaster(pid, Path.of(lines.get(SOCKET_LINE))))
        : Optional.empty();
  }

  /**
   * Returns the text with a pid that no process has, so that a server can start although another
   * process now has the pid of the old one. Of the other lines only the numbers of the shared
   * memory remain: PostgreSQL uses them to detect whether a backend of the old server is still
   * alive. Empty if the text does not contain them.
   */
  static Optional<String> pidFileWithoutPid(String pidFile) {
    return pidFile
        .lines()
        .skip(SHARED_MEMORY_LINE)
        .findFirst()
        .filter(line -> line.matches(" *[0-9]{1,20} +[0-9]{1,20} *"))
        .map(line -> NO_PROCESS + "\n".repeat(SHARED_MEMORY_LINE) + line + "\n");
  }

  private static boolean isRunning(long pid, String programPrefix) {
    return ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .flatMap(process -> process.command().or(process::commandLine))
        .filter(command -> command.startsWith(programPrefix))
        .isPresent();
  }
}
