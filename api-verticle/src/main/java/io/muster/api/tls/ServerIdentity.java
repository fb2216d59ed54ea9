package io.muster.api.tls;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.SubjectNames;
import io.muster.runtime.tls.TlsException;
import io.muster.runtime.tls.TlsIdentity;
import io.muster.runtime.tls.WatchedIdentity;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * The identity of this node to TLS clients.
 *
 * @param certificate PEM file of the certificate, which clients can trust
 * @param fingerprint SHA-256 of the certificate, as {@code AB:CD:...}
 * @param expiresAt end of the validity of the certificate
 * @param context TLS 1.2 and 1.3, without renegotiation
 */
public record ServerIdentity(
    Path certificate, String fingerprint, Instant expiresAt, SslContext context)
    implements TlsIdentity {
  /**
   * Reads the configured files, or the self-signed ones, which are generated if they do not exist.
   * Blocks.
   */
  public static WatchedIdentity<ServerIdentity> open(
      TlsConfig config, String hostname, InstantSource clock) throws TlsException {
    try {
      var files =
          config.configuredFiles().isPresent()
              ? config.configuredFiles().get()
              : new SelfSignedCertificateFiles(config.directory())
                  .ensureFiles(SubjectNames.of(hostname, config.names()), clock.instant());
      return WatchedIdentity.open(new ServerCertificateFiles(files), clock);
    } catch (TlsException e) {
      throw new TlsException(settingPrefix(config) + e.getMessage(), e);
    } catch (IOException | GeneralSecurityException | UnsupportedOperationException e) {
      throw new TlsException(settingPrefix(config) + e, e);
    }
  }

  /** Creates the identity of a pair; the message of an exception begins with the file. */
  static ServerIdentity of(Path certificate, CertificateKeyPair pair) throws TlsException {
    try {
      return new ServerIdentity(
          certificate, fingerprint(pair.certificate()), pair.expiresAt(), createContext(pair));
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException(certificate + " cannot be used: " + e, e);
    }
  }

  private static String settingPrefix(TlsConfig config) {
    var keys = TlsConfig.CERTIFICATE + ", " + TlsConfig.KEY;
    if (config.configuredFiles().isPresent()) {
      return keys + ": ";
    }
    return Files.exists(config.directory())
        ? "api.listen.tls: cannot use "
            + config.directory()
            + "; remove it to generate a new certificate, or configure one with "
            + keys
            + ": "
        : "api.listen.tls: cannot generate a certificate; configure one with " + keys + ": ";
  }

  private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }

  private static SslContext createContext(CertificateKeyPair pair) throws IOException {
    return new SingleHandshakeContext(
        SslContextBuilder.forServer(pair.key(), pair.chain())
            .sslProvider(SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2")
            .build());
  }
}
