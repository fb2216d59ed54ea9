package io.muster.runtime.cluster.bus;

import io.muster.runtime.config.Secret;
import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.CertificateRequest;
import io.muster.runtime.tls.CertificateUse;
import io.muster.runtime.tls.TlsIdentity;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The identity of this node on the event bus, and the identities that it trusts: TLS 1.3, in which
 * both sides present a certificate. Host names are not verified, because members are known by their
 * addresses. Immutable.
 */
public final class BusIdentity implements TlsIdentity {
  /** A handshake that takes longer is rejected. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  private static final String PROTOCOL = "TLSv1.3";

  /** The certificate that is derived from a secret is valid at any time, because clocks differ. */
  private static final CertificateRequest DERIVED =
      new CertificateRequest(
          CertificateUse.SHARED,
          "muster cluster member",
          List.of(),
          Instant.EPOCH,
          Instant.parse("9999-12-31T23:59:59Z"));

  private final SslContext acceptor;
  private final SslContext connector;
  private final Instant expiresAt;
  private final BusRejection untrusted;

  private BusIdentity(
      CertificateKeyPair pair, List<X509Certificate> authorities, BusRejection untrusted) {
    try {
      this.acceptor =
          configure(SslContextBuilder.forServer(pair.key(), pair.chain()), authorities)
              .clientAuth(ClientAuth.REQUIRE)
              .build();
      this.connector =
          configure(SslContextBuilder.forClient().keyManager(pair.key(), pair.chain()), authorities)
              .endpointIdentificationAlgorithm("")
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException("this Java has no " + PROTOCOL, e);
    }
    this.expiresAt = pair.expiresAt();
    this.untrusted = untrusted;
  }

  /**
   * The identity that the members of a cluster share: all derive the same key, and trust no other,
   * so that exactly those that know the secret complete a handshake. Takes half a second in a new
   * JVM.
   */
  public static BusIdentity of(Secret secret) {
    var pair = deriveCertificate(secret);
    return new BusIdentity(pair, pair.chain(), BusRejection.SECRET);
  }

  /** The identity of a node with a certificate of its own; it trusts those of the authorities. */
  static BusIdentity of(CertificateKeyPair pair, List<X509Certificate> authorities) {
    return new BusIdentity(pair, authorities, BusRejection.CERTIFICATE);
  }

  /** Derives the key from the secret, and issues a certificate for it. */
  public static CertificateKeyPair deriveCertificate(Secret secret) {
    try {
      return DERIVED.selfSign(DerivedKeyPair.of(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no elliptic curve P-256", e);
    }
  }

  /** Creates the TLS handler of a connection that this node accepts. */
  SslHandler createAcceptorHandler(Channel channel) {
    return configure(acceptor.newHandler(channel.alloc()));
  }

  /** Creates the TLS handler of a connection that this node opens. */
  SslHandler createConnectorHandler(Channel channel) {
    return configure(connector.newHandler(channel.alloc()));
  }

  @Override
  public Instant expiresAt() {
    return expiresAt;
  }

  /** The reason of a rejection if one side does not trust the other. */
  BusRejection untrusted() {
    return untrusted;
  }

  private static SslContextBuilder configure(
      SslContextBuilder context, List<X509Certificate> authorities) {
    return context.sslProvider(SslProvider.JDK).protocols(PROTOCOL).trustManager(authorities);
  }

  private static SslHandler configure(SslHandler handler) {
    handler.setHandshakeTimeoutMillis(HANDSHAKE_TIMEOUT.toMillis());
    return handler;
  }
}
