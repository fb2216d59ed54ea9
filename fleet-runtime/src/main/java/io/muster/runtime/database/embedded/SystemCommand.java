package io.muster.runtime.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command that is run until it exits. Its output must fit into a pipe (64 KiB); its environment
 * contains no {@code PG*} variable of this process, which would change what PostgreSQL does, and no
 * {@code MUSTER_*} variable, which may be a secret and would be visible to the other account; it
 * sets the language to English.
 *
 * @param commandLine program and arguments
 * @param workingDirectory of the process
 */
record SystemCommand(List<String> commandLine, Path workingDirectory) {
  private static final long KILL_TIMEOUT_SECONDS = 2;

  SystemCommand {
    commandLine = List.copyOf(commandLine);
  }

  /**
   * Runs the command. Fails if it cannot be started or does not exit in time; it is then killed.
   */
  CommandResult run(Duration timeout) throws IOException {
    return awaitResult(start(), timeout);
  }

  /** Runs the command and fails with its output if the exit code is not 0. */
  String runOrFail(Duration timeout) throws IOException {
    return requireSuccess(run(timeout));
  }

  /**
   * Runs the command like {@link #runOrFail}, but kills it and the processes that it has started
   * when this process begins to stop: it may have changed only what the next run replaces.
   */
  String runUntilShutdown(Duration timeout) throws IOException {
    var process = start();
    var killer = new Thread(() -> killWithDescendants(process), "muster-command-killer");
    try {
      Runtime.getRuntime().addShutdownHook(killer);
    } catch (IllegalStateException stopping) {
      killWithDescendants(process);
      throw new IOException(commandLine + " was not run: this process stops", stopping);
    }
    try {
      return requireSuccess(awaitResult(process, timeout));
    } finally {
      removeShutdownHook(killer);
    }
  }

  private Process start() throws IOException {
    var builder =
        new ProcessBuilder(commandLine)
            .directory(workingDirectory.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("PG") || name.startsWith("MUSTER_"));
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private CommandResult awaitResult(Process process, Duration timeout) throws IOException {
    if (!waitFor(process, timeout)) {
      process.destroyForcibly();
      throw new IOException(commandLine + " did not exit within " + timeout.toSeconds() + " s");
    }
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new CommandResult(process.exitValue(), output.strip());
  }

  private String requireSuccess(CommandResult result) throws IOException {
    if (!result.isSuccess()) {
      throw new IOException(
          commandLine + " exited with " + result.exitCode() + ": " + result.output());
    }
    return result.output();
  }

  /** Returns when all have ended, so that none writes a file after this process. */
  private static void killWithDescendants(Process process) {
    var all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(
        each ->
            each.onExit()
                .orTimeout(KILL_TIMEOUT_SECONDS, SECONDS)
                .exceptionally(late -> each)
                .join());
  }

  private static void removeShutdownHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      // It runs now.
      return;
    }
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
   * The result of a command.
   *
   * @param exitCode 0 if it succeeded
   * @param output standard output and standard error
   */
  record CommandResult(int exitCode, String output) {
    boolean isSuccess() {
      return exitCode == 0;
    }
  }
}
