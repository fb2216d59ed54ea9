package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A directory of the account that the server runs as. That account can put a link or a pipe in
 * place of any file in it, at any time: files are read and removed by commands that run as the
 * account, so that root neither reads nor removes what the account could not.
 *
 * @param directory an absolute path
 */
record AccountFiles(ServerAccount account, Path directory) {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static final String READ =
      "cd \"$1\" && if [ -f \"$2\" ] && [ -r \"$2\" ]; then head -c 16384 \"$2\"; fi";
  private static final String DELETE = "cd \"$1\" && rm -f \"$2\"";

  /** Names of log files contain the time: the newest are the last. */
  private static final String DELETE_LOGS =
      "cd \"$1/log\" 2>/dev/null || exit 0; ls -r | grep '^postgresql-.*[.]log$'"
          + " | tail -n +\"$2\" | while read -r file; do rm -f \"$file\"; done";

  /** Returns the first 16 KiB of a file, stripped; empty if it is missing or cannot be read. */
  String read(String name) throws IOException {
    return runScript(READ, name);
  }

  void delete(String name) throws IOException {
    runScript(DELETE, name);
  }

  /** Removes all log files except the newest ones. */
  void deleteLogsExcept(int count) throws IOException {
    runScript(DELETE_LOGS, String.valueOf(count + 1));
  }

  /**
   * Removes the directory and its content. The directory itself remains, empty, where the account
   * cannot write in its parent.
   */
  void deleteAll() throws IOException {
    account.command(Path.of("/"), "rm", "-rf", directory.toString()).run(TIMEOUT);
  }

  private String runScript(String script, String argument) throws IOException {
    return account
        .command(Path.of("/"), "/bin/sh", "-c", script, "sh", directory.toString(), argument)
        .runOrFail(TIMEOUT);
  }
}
