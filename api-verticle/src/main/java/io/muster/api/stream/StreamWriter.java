package io.muster.api.stream;

/** Where a stream goes: one client. All calls come on the event loop of its connection. */
public interface StreamWriter {
  /** Whether the client keeps up: it takes another packet now. */
  boolean isWritable();

  /** Bytes that were handed to the connection so far. */
  long writtenBytes();

  /** Hands a packet over; only while it is writable. */
  void write(SharedChunk chunk);

  /** Whether packets must be {@link SharedChunk#compressed()}. */
  boolean isCompressed();

  /** Ends the stream in order. */
  void end();

  /** Cuts the connection. */
  void abort();
}
