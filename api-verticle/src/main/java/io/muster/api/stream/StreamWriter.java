package io.muster.api.stream;

/** Writes a stream to one client. Called on the event loop of its connection only. */
public interface StreamWriter {
  /** Returns true if the client keeps up, so that another chunk may be written now. */
  boolean isWritable();

  /** Bytes that were written to the connection so far. */
  long writtenBytes();

  /** Writes a chunk; allowed only while the stream is writable. */
  void write(SharedChunk chunk);

  /** Returns true if chunks must be {@link SharedChunk#compressed()}. */
  boolean isCompressed();

  /** Ends the stream gracefully. */
  void end();

  /** Closes the connection immediately. */
  void abort();
}
