package io.muster.runtime.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A second JVM with the class path of this one. It can be frozen, and killed without a shutdown. It
 * ends at the latest when it is closed, or when this JVM ends (its standard input closes).
 */
final class ChildJvm implements AutoCloseable {
  private static final LongSupplier NANOS = System::nanoTime;

  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ChildJvm(Process process) {
    this.process = process;
    var reader = new Thread(this::readOutput, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts the main class with a small heap; its log is appended to {@code target/children.log}.
   */
  static ChildJvm start(Class<?> main, List<String> arguments) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command = new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("-Xmx96m", "-Xshare:auto", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
    try {
      return new ChildJvm(
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(new File("target/children.log")))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * Returns the next line on standard output that begins with the prefix; drops the lines before
   * it.
   */
  String await(String prefix, Duration timeout) throws InterruptedException {
    var deadline = NANOS.getAsLong() + timeout.toNanos();
    var line = "";
    while (line != null && !line.startsWith(prefix)) {
      line = lines.poll(deadline - NANOS.getAsLong(), TimeUnit.NANOSECONDS);
    }
    if (line == null) {
      throw new AssertionError(
          "no line '" + prefix + "' within " + timeout + " alive=" + isAlive());
    }
    return line;
  }

  /** Drops the output so far, so that the next awaited line is new. */
  void discardOutput() {
    lines.clear();
  }

  void freeze() {
    signal("STOP");
  }

  void unfreeze() {
    signal("CONT");
  }

  /** Kills the process, as a power failure would. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Stops the process cleanly, by closing its standard input. */
  void stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitEnd();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL ends a frozen process too. */
  @Override
  public void close() {
    kill();
  }

  private void awaitEnd() {
    process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private void signal(String name) {
    try {
      var status =
          new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
      if (status != 0) {
        throw new AssertionError("kill -" + name + " failed with " + status);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("kill -" + name + " failed", e);
    }
  }

  private void readOutput() {
    try (var output = new BufferedReader(process.inputReader(UTF_8))) {
      output.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException ended) {
      lines.add("ended");
    }
  }
}
