package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A running server, read from its {@code postmaster.pid}.
 *
 * @param pid process id of the postmaster
 * @param socketDirectory directory of the Unix socket
 */
record Postmaster(long pid, Path socketDirectory) {
  private static final int SOCKET_LINE = 4;

  /** A number above every process id. */
  private static final String NO_PROCESS = String.valueOf(Integer.MAX_VALUE);

  /**
   * Returns the server that the file describes, if it runs. The path of its program must begin with
   * the prefix, because after a crash or in a new container the pid may be that of any process.
   */
  static Optional<Postmaster> read(Path pidFile, String programPrefix) throws IOException {
    var lines = readLines(pidFile);
    if (lines.size() <= SOCKET_LINE || !lines.get(0).strip().matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    var pid = Long.parseLong(lines.get(0).strip());
    return isRunning(pid, programPrefix)
        ? Optional.of(new Postmaster(pid, Path.of(lines.get(SOCKET_LINE).strip())))
        : Optional.empty();
  }

  /**
   * Returns the file's text with a pid that no process has, so that a server can start although
   * another process now has the pid of the old one. The rest is kept: PostgreSQL uses it to detect
   * whether a backend of the old server is still alive.
   */
  static Optional<String> pidFileWithoutPid(Path pidFile) throws IOException {
    var lines = readLines(pidFile);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    var rest = lines.subList(1, lines.size());
    return Optional.of(NO_PROCESS + "\n" + String.join("\n", rest) + "\n");
  }

  private static List<String> readLines(Path pidFile) throws IOException {
    try {
      return Files.readAllLines(pidFile);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static boolean isRunning(long pid, String programPrefix) {
    return ProcessHandle.of(pid)
        .map(ProcessHandle::info)
        .flatMap(process -> process.command().or(process::commandLine))
        .filter(command -> command.startsWith(programPrefix))
        .isPresent();
  }
}
