package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program to run to its end. Its output must fit into a pipe (64 KiB); it sees no {@code PG*}
 * variable of ours and speaks English.
 *
 * @param commandLine program and arguments
 * @param workingDirectory where it runs
 */
record SystemCommand(List<String> commandLine, Path workingDirectory) {
  SystemCommand {
    commandLine = List.copyOf(commandLine);
  }

  /** Runs it. Fails when it cannot be started, or does not end in time: then it is killed. */
  CommandResult run(Duration timeout) throws IOException {
    var builder =
        new ProcessBuilder(commandLine)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    process.getOutputStream().close();
    if (!waitFor(process, timeout)) {
      process.destroyForcibly();
      throw new IOException(commandLine + " did not end within " + timeout.toSeconds() + " s");
    }
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new CommandResult(process.exitValue(), output.strip());
  }

  /** Runs it and fails with its output when it does not end with 0. */
  String runOrFail(Duration timeout) throws IOException {
    var result = run(timeout);
    if (!result.isSuccess()) {
      throw new IOException(
          commandLine + " ended with " + result.exitCode() + ": " + result.output());
    }
    return result.output();
  }

  private static boolean waitFor(Process process, Duration timeout) throws IOException {
    try {
      return process.waitFor(timeout.toNanos(), NANOSECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /**
   * How a program ended.
   *
   * @param exitCode 0 when it succeeded
   * @param output standard output and standard error
   */
  record CommandResult(int exitCode, String output) {
    boolean isSuccess() {
      return exitCode == 0;
    }
  }
}
