package io.muster.runtime.cluster.member;

/** The reason for which a connection on the member port is closed. */
enum RejectionReason {
  /** The other side speaks another protocol, or another version of this one. */
  PROTOCOL("it does not speak the protocol of this version"),
  /** The other side does not prove that it knows the secret. */
  SECRET("its cluster.secret or cluster.name differs"),
  /** The other side closed the connection before the end of the handshake. */
  CLOSED("it closed the connection during the handshake"),
  /** The handshake was not complete in time. */
  TIMEOUT("its handshake took too long"),
  /** Too many connections were in their handshake, and this was the oldest. */
  LIMIT("too many connections were in their handshake"),
  /** A packet is larger than any that a member sends. */
  PACKET("it announced a packet beyond the limit");

  private final String text;

  RejectionReason(String text) {
    this.text = text;
  }

  /** The reason as a clause about the other side. */
  String text() {
    return text;
  }
}
