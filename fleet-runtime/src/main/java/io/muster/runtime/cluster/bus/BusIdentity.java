package io.muster.runtime.cluster.bus;

import io.muster.runtime.config.Secret;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The identity by which the members of a cluster recognize each other on the event bus: a key pair
 * that is derived from the secret, and a certificate of it. Every member has the same one and
 * trusts no other, so that exactly those that know the secret complete a TLS handshake. Immutable.
 */
public final class BusIdentity {
  /** A handshake that takes longer is rejected. */
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private static final String NAME = "muster cluster member";
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
  };
  private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1D, 0x13};

  private final String privateKey;
  private final String certificate;

  private BusIdentity(String privateKey, String certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /** Derives the identity; takes half a second in a new JVM. */
  public static BusIdentity of(Secret secret) {
    try {
      var keyPair = DerivedKeyPair.of(secret);
      return new BusIdentity(
          pem("PRIVATE KEY", keyPair.getPrivate().getEncoded()),
          pem("CERTIFICATE", createCertificate(keyPair)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no elliptic curve P-256", e);
    }
  }

  /**
   * Sets mutual TLS 1.3. Vert.x converts these options to JSON and back, which silently drops key
   * and trust options of any other kind than PEM, JKS and PFX.
   */
  public void secure(EventBusOptions options) {
    options
        .setSsl(true)
        .setClientAuth(ClientAuth.REQUIRED)
        .setTrustAll(false)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
        .setSslHandshakeTimeout(HANDSHAKE_TIMEOUT.toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addKeyValue(Buffer.buffer(privateKey))
                .addCertValue(Buffer.buffer(certificate)))
        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(certificate)));
  }

  /** The certificate as PEM. */
  String certificate() {
    return certificate;
  }

  /** The private key as PEM. */
  String privateKey() {
    return privateKey;
  }

  /**
   * An X.509 certificate that is valid at any time, because clocks differ. It is a certificate of
   * an authority, because Java trusts no other as an anchor.
   */
  private static byte[] createCertificate(KeyPair keyPair) throws GeneralSecurityException {
    var algorithm = Der.sequence(ECDSA_WITH_SHA256);
    var name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.text(NAME))));
    var validity =
        Der.sequence(Der.utcTime("700101000000Z"), Der.generalizedTime("99991231235959Z"));
    var authority =
        Der.sequence(BASIC_CONSTRAINTS, Der.yes(), Der.octetString(Der.sequence(Der.yes())));
    var body =
        Der.sequence(
            Der.explicit(0, Der.integer(2)), // Version 3.
            Der.integer(1),
            algorithm,
            name,
            validity,
            name,
            keyPair.getPublic().getEncoded(),
            Der.explicit(3, Der.sequence(authority)));
    var signature = Signature.getInstance(DerivedKeyPair.SIGNATURE_ALGORITHM);
    signature.initSign(keyPair.getPrivate());
    signature.update(body);
    return Der.sequence(body, algorithm, Der.bitString(signature.sign()));
  }

  private static String pem(String label, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(content));
  }
}
