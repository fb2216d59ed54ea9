package io.muster.runtime.cluster.bus;

import io.muster.runtime.config.Secret;
import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  /** The certificate is valid at any time, because clocks differ. */
  private static final CertificateRequest REQUEST =
      new CertificateRequest(
          CertificateUse.SHARED,
          NAME,
          List.of(),
          Instant.EPOCH,
          Instant.parse("9999-12-31T23:59:59Z"));

  private final String privateKey;
  private final String certificate;

  private BusIdentity(String privateKey, String certificate) {
    this.privateKey = privateKey;
    this.certificate = certificate;
  }

  /** Derives the identity; takes half a second in a new JVM. */
  public static BusIdentity of(Secret secret) {
    try {
      var pair = REQUEST.selfSign(DerivedKeyPair.of(secret));
      return new BusIdentity(pair.keyPem(), pair.certificatePem());
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
}
