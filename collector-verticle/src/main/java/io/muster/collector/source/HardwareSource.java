package io.muster.collector.source;

/**
 * Reads one kind of hardware. All calls come from the one thread of the source's lane, so that an
 * implementation needs no locks and may block; but a read is expected to end within the lane's
 * budget.
 *
 * @param <R> what a read answers
 */
public interface HardwareSource<R> extends AutoCloseable {
  /** Short lower-case name for logs, counters and errors, such as {@code nvml}. */
  String name();

  /**
   * Reads everything once. Expected trouble (a lost device, a missing permission) is a {@link
   * ReadFailure} inside the answer, beside what could be read; anything thrown is a defect of the
   * source and fails the whole read.
   */
  R read(ReadRequest request);

  /** Gives the driver back. Called once, when no read is under way. */
  @Override
  void close();
}
