package io.muster.collector.source;

/**
 * Reads one kind of hardware. All methods are called by the thread of the source's lane, so that an
 * implementation needs no locks and may block; but a read is expected to end within the lane's
 * timeout.
 *
 * @param <R> result of a read
 */
public interface HardwareSource<R> extends AutoCloseable {
  /**
   * Short lower-case name for logs, counters, errors and the thread of the lane, such as {@code
   * nvml}; sources of the same name share one thread.
   */
  String name();

  /**
   * Reads everything once. Expected trouble (a lost device, a missing permission) is a {@link
   * ReadFailure} inside the result, beside the successful readings; an exception is a bug of the
   * source and fails the whole read.
   */
  R read(ReadRequest request);

  /** Releases the driver. Called once, when no read is in progress. */
  @Override
  void close();
}
