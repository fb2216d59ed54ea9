package io.muster.collector.inspection.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Runs a program whose output may be too large, or that may hang: the output is truncated, and the
 * program is killed at a timeout. Its input is empty and its locale is {@code C}.
 */
final class BoundedCommand {
  private static final int MAX_ERROR_BYTES = 4096;
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final long POLL_MILLIS = 5;

  private final Duration timeout;
  private final int maxBytes;
  private final LongSupplier nanoTime;

  /**
   * Creates the command; runs nothing.
   *
   * @param timeout maximum run time of the program
   * @param maxBytes maximum number of bytes of its output that are kept
   */
  BoundedCommand(Duration timeout, int maxBytes, LongSupplier nanoTime) {
    this.timeout = timeout;
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  /** Runs the program to its end, the timeout or the limit of output. Fails if it cannot start. */
  CommandOutput run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    builder.environment().keySet().removeIf(name -> name.startsWith("MUSTER_")); // secrets
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    try {
      return collectOutput(process);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.getInputStream().close();
      process.getErrorStream().close();
    }
  }

  /** Never blocks on a pipe: a grandchild may keep it open forever. */
  private CommandOutput collectOutput(Process process) throws IOException, InterruptedException {
    long startedNanos = nanoTime.getAsLong();
    var stdout = new PipeReader(process.getInputStream(), maxBytes);
    var stderr = new PipeReader(process.getErrorStream(), MAX_ERROR_BYTES);
    boolean exited = false;
    boolean timedOut = false;
    while (!exited && !timedOut && !stdout.isFull()) {
      boolean hasOutput = stderr.drain();
      hasOutput = stdout.drain() || hasOutput;
      exited = !hasOutput && process.waitFor(POLL_MILLIS, MILLISECONDS);
      timedOut = nanoTime.getAsLong() - startedNanos > timeout.toNanos();
    }
    while (stdout.drain()) {
      // Reads the output that was written before the exit.
    }
    stderr.drain();
    return new CommandOutput(
        stdout.text(), stderr.text(), exited ? process.exitValue() : -1, timedOut);
  }

  /**
   * The output of a program.
   *
   * @param exitStatus its exit status; -1 if it was killed
   * @param hasTimedOut true if it was killed at the timeout
   */
  record CommandOutput(String stdout, String stderr, int exitStatus, boolean hasTimedOut) {}

  /** The truncated content of a pipe. Confined to the thread that runs the command. */
  private static final class PipeReader {
    private final InputStream in;
    private final int maxBytes;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    private final byte[] chunk = new byte[CHUNK_BYTES];

    private PipeReader(InputStream in, int maxBytes) {
      this.in = in;
      this.maxBytes = maxBytes;
    }

    /** Reads the available bytes without waiting; returns true if there were any. */
    private boolean drain() throws IOException {
      int availableBytes = Math.min(in.available(), chunk.length);
      int readBytes = availableBytes > 0 ? in.read(chunk, 0, availableBytes) : 0;
      buffer.write(chunk, 0, Math.max(0, Math.min(readBytes, maxBytes - buffer.size())));
      return readBytes > 0;
    }

    private boolean isFull() {
      return buffer.size() >= maxBytes;
    }

    private String text() {
      return buffer.toString(UTF_8);
    }
  }
}
