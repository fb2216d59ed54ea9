package io.muster.runtime.cluster.member;

/**
 * One side of the handshake of a member connection. Every message has a fixed size:
 *
 * <pre>
 * acceptor   header(4)  nonce(32)
 * connector  header(4)  nonce(32)  proof(32)
 * acceptor   result(1)  proof(32)              proof is zero if the result is a refusal
 * </pre>
 *
 * The acceptor proves itself last, so that whoever connects learns nothing from which a weak secret
 * could be guessed. An instance is confined to the thread that reads its connection.
 */
interface MemberHandshake {
  /** The version of the protocol, the last byte of the header. */
  byte VERSION = 1;

  /**
   * The length of the header, in bytes. It is read alone, so that other protocols are noticed at
   * once.
   */
  int HEADER_BYTES = 4;

  /** The longest message that is read, in bytes. */
  int MAX_MESSAGE_BYTES = HandshakeKey.NONCE_BYTES + HandshakeKey.PROOF_BYTES;

  /** The result of a handshake in which the connector proved that it knows the secret. */
  byte ACCEPTED = 0;

  /** The result of any other handshake. */
  byte REFUSED = 1;

  /** The message to send before anything is received; may be empty. */
  byte[] openingMessage();

  /** The size of the next message that the other side sends; 0 if the handshake is complete. */
  int expectedBytes();

  /**
   * Processes one message of the expected size and returns the answer, which may be empty.
   *
   * @throws HandshakeException if the other side must be rejected
   */
  byte[] receive(byte[] message) throws HandshakeException;

  /** Returns the header, which differs from the first bytes of all protocols of Hazelcast. */
  static byte[] header() {
    return new byte[] {'M', 'S', 'T', VERSION};
  }
}
