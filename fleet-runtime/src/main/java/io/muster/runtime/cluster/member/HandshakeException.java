package io.muster.runtime.cluster.member;

/** A failed handshake. */
final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectionReason reason;
  private final byte[] lastMessage;

  /**
   * Creates a failure.
   *
   * @param lastMessage sent to the other side before the connection is closed; may be empty
   */
  HandshakeException(RejectionReason reason, byte[] lastMessage) {
    super(reason.text());
    this.reason = reason;
    this.lastMessage = lastMessage.clone();
  }

  HandshakeException(RejectionReason reason) {
    this(reason, new byte[0]);
  }

  RejectionReason reason() {
    return reason;
  }

  byte[] lastMessage() {
    return lastMessage.clone();
  }
}
