package io.muster.api.allsmi;

import io.micrometer.core.instrument.Counter;
import io.muster.api.stream.SharedChunk;
import io.muster.api.stream.StreamWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Writes server-sent events to one client, and a comment if there is none for a time; disconnects a
 * client that reads nothing. Confined to the event loop of its connection.
 */
final class EventWriter {
  /** Seconds after which a client that reads nothing is disconnected. */
  static final int STUCK_TIMEOUT_SECONDS = 120;

  private static final SharedChunk KEEP_ALIVE = SharedChunk.of(": keep-alive\n\n");
  private static final SharedChunk COMPRESSED_KEEP_ALIVE =
      SharedChunk.compressed(": keep-alive\n\n");

  private final StreamWriter writer;
  private final Duration keepAlive;
  private final LongSupplier nanoTime;
  private final Counter totalBytes;
  private long lastWriteNanos;
  private long lastWrittenBytes;
  private int stuckSeconds;

  /**
   * Creates a writer.
   *
   * @param keepAlive maximum time without a write
   * @param totalBytes counter of all bytes that are written to clients
   */
  EventWriter(StreamWriter writer, Duration keepAlive, LongSupplier nanoTime, Counter totalBytes) {
    this.writer = writer;
    this.keepAlive = keepAlive;
    this.nanoTime = nanoTime;
    this.totalBytes = totalBytes;
    this.lastWriteNanos = nanoTime.getAsLong();
  }

  boolean isWritable() {
    return writer.isWritable();
  }

  boolean isCompressed() {
    return writer.isCompressed();
  }

  /** The instant of the last write on the monotonic clock, ns. */
  long lastWriteNanos() {
    return lastWriteNanos;
  }

  void write(String event) {
    write(writer.isCompressed() ? SharedChunk.compressed(event) : SharedChunk.of(event));
  }

  void write(SharedChunk event) {
    writer.write(event);
    totalBytes.increment(event.length());
    lastWriteNanos = nanoTime.getAsLong();
  }

  /** Writes a comment if it is due, or disconnects a client that does not read. */
  void onSecondElapsed() {
    if (!writer.isWritable()) {
      stuckSeconds = writer.writtenBytes() == lastWrittenBytes ? stuckSeconds + 1 : 0;
      lastWrittenBytes = writer.writtenBytes();
      if (stuckSeconds >= STUCK_TIMEOUT_SECONDS) {
        writer.abort();
      }
      return;
    }
    stuckSeconds = 0;
    if (nanoTime.getAsLong() - lastWriteNanos >= keepAlive.toNanos()) {
      write(writer.isCompressed() ? COMPRESSED_KEEP_ALIVE : KEEP_ALIVE);
    }
  }

  void end() {
    writer.end();
  }
}
