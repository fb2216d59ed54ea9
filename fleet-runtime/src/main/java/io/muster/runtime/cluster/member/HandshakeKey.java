package io.muster.runtime.cluster.member;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.config.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key with which both sides of a member connection prove that they know the cluster's secret.
 * Nodes without a secret have the same key, and so accept each other but no node with a secret.
 * Safe for use by any thread.
 */
final class HandshakeKey {
  /** The length of a proof, in bytes. */
  static final int PROOF_BYTES = 32;

  /** The length of a nonce, in bytes. */
  static final int NONCE_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final String LABEL = "muster member port, version " + MemberHandshake.VERSION;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;
  private final byte[] clusterName;

  HandshakeKey(Secret secret, String clusterName) {
    // The label separates this use of the secret from others.
    var labelKey = new SecretKeySpec(LABEL.getBytes(UTF_8), ALGORITHM);
    this.key = new SecretKeySpec(mac(labelKey).doFinal(secret.text().getBytes(UTF_8)), ALGORITHM);
    this.clusterName = clusterName.getBytes(UTF_8);
  }

  static byte[] createNonce() {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /**
   * Returns the proof of one side. The side is part of it, so that a proof cannot be sent back to
   * its sender.
   */
  byte[] proof(ConnectionSide prover, byte[] acceptorNonce, byte[] connectorNonce) {
    var mac = mac(key);
    mac.update(prover.code());
    mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(clusterName.length).flip());
    mac.update(clusterName);
    mac.update(acceptorNonce);
    mac.update(connectorNonce);
    return mac.doFinal();
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }
}
