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
 * Runs a program that may say too much, or hang: what it says is cut, and it is killed when it is
 * late. It hears nothing and speaks English.
 */
final class BoundedCommand {
  private static final int MAX_ERROR_BYTES = 4096;
  private static final int PIECE_BYTES = 16 * 1024;
  private static final long POLL_MILLIS = 5;

  private final Duration patience;
  private final int maxBytes;
  private final LongSupplier nanos;

  /**
   * Runs nothing yet.
   *
   * @param patience how long the program may run
   * @param maxBytes how much of its output is kept
   */
  BoundedCommand(Duration patience, int maxBytes, LongSupplier nanos) {
    this.patience = patience;
    this.maxBytes = maxBytes;
    this.nanos = nanos;
  }

  /** Runs to the end, or until time or output runs out. Fails when it cannot be started. */
  Output run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    builder.environment().put("LC_ALL", "C");
    var process = builder.start();
    try {
      return read(process);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      process.getInputStream().close();
      process.getErrorStream().close();
    }
  }

  /** Never blocks on a pipe: a grandchild may hold it open for ever. */
  private Output read(Process process) throws IOException, InterruptedException {
    long begunNanos = nanos.getAsLong();
    var said = new Pipe(process.getInputStream(), maxBytes);
    var complained = new Pipe(process.getErrorStream(), MAX_ERROR_BYTES);
    boolean ended = false;
    boolean late = false;
    while (!ended && !late && !said.isFull()) {
      boolean spoke = complained.drain();
      spoke = said.drain() || spoke;
      ended = !spoke && process.waitFor(POLL_MILLIS, MILLISECONDS);
      late = nanos.getAsLong() - begunNanos > patience.toNanos();
    }
    while (said.drain()) {
      // What it said at last.
    }
    complained.drain();
    return new Output(said.text(), complained.text(), ended ? process.exitValue() : -1, late);
  }

  /**
   * What a program said.
   *
   * @param exit its exit status; -1 if it was killed
   * @param late whether it was killed because it took too long
   */
  record Output(String said, String complaint, int exit, boolean late) {}

  private static final class Pipe {
    private final InputStream in;
    private final int maxBytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final byte[] piece = new byte[PIECE_BYTES];

    private Pipe(InputStream in, int maxBytes) {
      this.in = in;
      this.maxBytes = maxBytes;
    }

    /** Takes what is there, without waiting; tells whether there was something. */
    private boolean drain() throws IOException {
      int there = Math.min(in.available(), piece.length);
      int got = there > 0 ? in.read(piece, 0, there) : 0;
      kept.write(piece, 0, Math.max(0, Math.min(got, maxBytes - kept.size())));
      return got > 0;
    }

    private boolean isFull() {
      return kept.size() >= maxBytes;
    }

    private String text() {
      return kept.toString(UTF_8);
    }
  }
}
