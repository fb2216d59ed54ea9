package io.muster.api.stream;

/** Where a stream goes: one client. All calls come on the event loop of its connection. */
public interface Outlet {
  /** Whether the client keeps up: it takes another packet now. */
  boolean isWritable();

  /** Bytes that were handed to the connection so far. */
  long written();

  /** Hands a packet over; only while it is writable. */
  void write(Packet packet);

  /** Whether packets must be {@link Packet#compressed()}. */
  boolean isCompressed();

  /** Ends the stream in order. */
  void end();

  /** Cuts the connection. */
  void abort();
}
