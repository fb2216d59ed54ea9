package io.muster.api.tls;

import io.muster.runtime.tls.CertificateKeyPair;
import io.muster.runtime.tls.SubjectNames;
import io.muster.runtime.tls.TlsException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of this node to TLS clients.
 *
 * @param certificate PEM file of the certificate, which clients can trust
 * @param fingerprint SHA-256 of the certificate, as {@code AB:CD:...}
 * @param context TLS 1.2 and 1.3, without renegotiation
 */
public record ServerIdentity(Path certificate, String fingerprint, SslContext context) {
  private static final Logger log = LoggerFactory.getLogger(ServerIdentity.class);
  private static final Duration EXPIRY_WARNING = Duration.ofDays(30);

  /**
   * Reads the configured files, or the self-signed ones, which are generated if they do not exist.
   * Blocks.
   */
  public static ServerIdentity open(TlsConfig config, String hostname, InstantSource clock)
      throws TlsException {
    try {
      var files =
          config.configuredFiles().isPresent()
              ? config.configuredFiles().get()
              : new SelfSignedCertificateFiles(config.directory())
                  .ensureFiles(SubjectNames.of(hostname, config.names()), clock.instant());
      var pair = CertificateKeyPair.read(files);
      warnIfExpiring(files.certificate(), pair.expiresAt(), clock);
      return new ServerIdentity(
          files.certificate(), fingerprint(pair.certificate()), createContext(pair));
    } catch (TlsException e) {
      throw new TlsException(settingPrefix(config) + e.getMessage(), e);
    } catch (IOException | GeneralSecurityException | UnsupportedOperationException e) {
      throw new TlsException(settingPrefix(config) + e, e);
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

  private static void warnIfExpiring(Path file, Instant expiresAt, InstantSource clock) {
    if (expiresAt.isBefore(clock.instant().plus(EXPIRY_WARNING))) {
      log.warn(
          "tls certificate expires soon or has expired file={} expires_at={}", file, expiresAt);
    }
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
