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
 * @param words program and arguments
 * @param directory where it runs
 */
record Command(List<String> words, Path directory) {
  Command {
    words = List.copyOf(words);
  }

  /** Runs it. Fails when it cannot be started, or does not end in time: then it is killed. */
  Result run(Duration limit) throws IOException {
    var builder = new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    process.getOutputStream().close();
    if (!ended(process, limit)) {
      process.destroyForcibly();
      throw new IOException(words + " did not end within " + limit.toSeconds() + " s");
    }
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.exitValue(), output.strip());
  }

  /** Runs it and fails with its output when it does not end with 0. */
  String require(Duration limit) throws IOException {
    var result = run(limit);
    if (!result.succeeded()) {
      throw new IOException(words + " ended with " + result.exitCode() + ": " + result.output());
    }
    return result.output();
  }

  private static boolean ended(Process process, Duration limit) throws IOException {
    try {
      return process.waitFor(limit.toNanos(), NANOSECONDS);
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
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }
}
