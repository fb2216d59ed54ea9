package io.muster.runtime.cluster.member;

import java.net.InetAddress;

/** An accepted connection whose handshake is not complete. */
interface HalfOpenConnection {
  /** The address of the other side. */
  InetAddress address();

  /** Closes the connection, and records the reason. */
  void reject(RejectionReason reason);
}
