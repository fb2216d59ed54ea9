package io.muster.runtime.cluster.member;

/** The side of a member connection. */
enum ConnectionSide {
  /** The member that listens. */
  ACCEPTOR('A'),
  /** The member that opened the connection. */
  CONNECTOR('C');

  private final byte code;

  ConnectionSide(char code) {
    this.code = (byte) code;
  }

  /** The byte that stands for this side in the handshake. */
  byte code() {
    return code;
  }
}
