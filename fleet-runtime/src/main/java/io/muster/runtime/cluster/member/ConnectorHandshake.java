package io.muster.runtime.cluster.member;

import static io.muster.runtime.cluster.member.HandshakeKey.NONCE_BYTES;
import static io.muster.runtime.cluster.member.HandshakeKey.PROOF_BYTES;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The handshake of the member that opened the connection. Confined to the thread that reads the
 * connection.
 */
final class ConnectorHandshake implements MemberHandshake {
  private static final int RESULT_BYTES = 1 + PROOF_BYTES;

  private final HandshakeKey key;
  private final byte[] nonce = HandshakeKey.createNonce();
  private byte[] expectedProof = new byte[0];
  private int expectedBytes = HEADER_BYTES;

  ConnectorHandshake(HandshakeKey key) {
    this.key = key;
  }

  @Override
  public byte[] openingMessage() {
    return new byte[0];
  }

  @Override
  public int expectedBytes() {
    return expectedBytes;
  }

  @Override
  public byte[] receive(byte[] message) throws HandshakeException {
    return switch (expectedBytes) {
      case HEADER_BYTES -> receiveHeader(message);
      case NONCE_BYTES -> receiveNonce(message);
      default -> receiveResult(message);
    };
  }

  private byte[] receiveHeader(byte[] header) throws HandshakeException {
    if (!Arrays.equals(header, MemberHandshake.header())) {
      throw new HandshakeException(RejectionReason.PROTOCOL);
    }
    expectedBytes = NONCE_BYTES;
    return new byte[0];
  }

  private byte[] receiveNonce(byte[] acceptorNonce) {
    expectedProof = key.proof(ConnectionSide.ACCEPTOR, acceptorNonce, nonce);
    expectedBytes = RESULT_BYTES;
    return ByteBuffer.allocate(HEADER_BYTES + NONCE_BYTES + PROOF_BYTES)
        .put(MemberHandshake.header())
        .put(nonce)
        .put(key.proof(ConnectionSide.CONNECTOR, acceptorNonce, nonce))
        .array();
  }

  private byte[] receiveResult(byte[] result) throws HandshakeException {
    var proof = Arrays.copyOfRange(result, 1, result.length);
    if (result[0] != ACCEPTED || !MessageDigest.isEqual(expectedProof, proof)) {
      throw new HandshakeException(RejectionReason.SECRET);
    }
    expectedBytes = 0;
    return new byte[0];
  }
}
