package io.muster.runtime.cluster.member;

import static io.muster.runtime.cluster.member.HandshakeKey.NONCE_BYTES;
import static io.muster.runtime.cluster.member.HandshakeKey.PROOF_BYTES;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** The handshake of the member that listens. Confined to the thread that reads the connection. */
final class AcceptorHandshake implements MemberHandshake {
  private final HandshakeKey key;
  private final byte[] nonce = HandshakeKey.createNonce();
  private int expectedBytes = HEADER_BYTES;

  AcceptorHandshake(HandshakeKey key) {
    this.key = key;
  }

  @Override
  public byte[] openingMessage() {
    return ByteBuffer.allocate(HEADER_BYTES + NONCE_BYTES)
        .put(MemberHandshake.header())
        .put(nonce)
        .array();
  }

  @Override
  public int expectedBytes() {
    return expectedBytes;
  }

  @Override
  public byte[] receive(byte[] message) throws HandshakeException {
    if (expectedBytes == HEADER_BYTES) {
      if (!Arrays.equals(message, MemberHandshake.header())) {
        throw new HandshakeException(RejectionReason.PROTOCOL);
      }
      expectedBytes = NONCE_BYTES + PROOF_BYTES;
      return new byte[0];
    }
    var connectorNonce = Arrays.copyOf(message, NONCE_BYTES);
    var proof = Arrays.copyOfRange(message, NONCE_BYTES, message.length);
    var expectedProof = key.proof(ConnectionSide.CONNECTOR, nonce, connectorNonce);
    if (!MessageDigest.isEqual(expectedProof, proof)) {
      throw new HandshakeException(RejectionReason.SECRET, result(REFUSED, new byte[PROOF_BYTES]));
    }
    expectedBytes = 0;
    return result(ACCEPTED, key.proof(ConnectionSide.ACCEPTOR, nonce, connectorNonce));
  }

  private static byte[] result(byte code, byte[] proof) {
    return ByteBuffer.allocate(1 + PROOF_BYTES).put(code).put(proof).array();
  }
}
