package io.muster.runtime.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * A certificate and its private key.
 *
 * @param chain the certificate, followed by those that sign it
 */
public record CertificateKeyPair(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "key pair probe".getBytes(UTF_8);
  private static final String ANY_KEY_EXCHANGE = "UNKNOWN";

  /** Reads a pair. */
  public static CertificateKeyPair read(PemFiles files) throws TlsException {
    return of(PemFile.read(files.certificate()), PemFile.read(files.key()));
  }

  /** Combines the two files of a pair; fails if the key is not that of the certificate. */
  public static CertificateKeyPair of(PemFile certificateFile, PemFile keyFile)
      throws TlsException {
    var chain = certificateFile.certificates();
    var key = keyFile.privateKey(chain.get(0).getPublicKey().getAlgorithm());
    try {
      if (!isMatching(key, chain.get(0))) {
        throw new TlsException(keyFile.name() + " does not belong to " + certificateFile.name());
      }
    } catch (GeneralSecurityException e) {
      throw new TlsException(keyFile.name() + " cannot sign: " + e.getMessage(), e);
    }
    return new CertificateKeyPair(chain, key);
  }

  public X509Certificate certificate() {
    return chain.get(0);
  }

  public Instant expiresAt() {
    return certificate().getNotAfter().toInstant();
  }

  /**
   * Fails if the certificate is not valid at the time.
   *
   * @param name name of its file, with which the message begins
   */
  public void requireValid(String name, Instant now) throws TlsException {
    var start = certificate().getNotBefore().toInstant();
    if (now.isBefore(start)) {
      throw new TlsException(name + " is not valid before " + start);
    }
    if (now.isAfter(expiresAt())) {
      throw new TlsException(name + " has expired at " + expiresAt());
    }
  }

  /**
   * The reason why a Java client or server that trusts the authorities does not trust the
   * certificate; empty if both do.
   */
  public Optional<String> trustProblem(List<X509Certificate> authorities) {
    var certificates = chain.toArray(X509Certificate[]::new);
    try {
      var trust = trustManager(authorities);
      trust.checkServerTrusted(certificates, ANY_KEY_EXCHANGE);
      trust.checkClientTrusted(certificates, ANY_KEY_EXCHANGE);
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      return Optional.of(PemFile.oneLine(e));
    }
  }

  private static X509TrustManager trustManager(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    var anchors =
        authorities.stream()
            .map(authority -> new TrustAnchor(authority, null))
            .collect(Collectors.toSet());
    var parameters = new PKIXBuilderParameters(anchors, null);
    parameters.setRevocationEnabled(false);
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    return (X509TrustManager) factory.getTrustManagers()[0];
  }

  /** The chain as PEM. */
  public String certificatePem() throws CertificateEncodingException {
    var pem = new StringBuilder();
    for (var certificate : chain) {
      pem.append(PemFile.encode("CERTIFICATE", certificate.getEncoded()));
    }
    return pem.toString();
  }

  /** The private key as PEM, in PKCS#8. */
  public String keyPem() {
    return PemFile.encode("PRIVATE KEY", key.getEncoded());
  }

  /** Returns true if the certificate verifies a signature of the key. */
  private static boolean isMatching(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    var signature = Signature.getInstance(signatureAlgorithm(key));
    signature.initSign(key);
    signature.update(PROBE);
    var signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(PROBE);
    return signature.verify(signed);
  }

  private static String signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
  }
}
