package io.muster.runtime.cluster.port;

import java.net.InetAddress;

/** An accepted connection whose handshake is not complete. */
public interface HalfOpenConnection {
  /** The address of the other side. */
  InetAddress address();

  /** Closes the connection because too many are in their handshake. */
  void giveWay();
}
