package io.muster.api.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.tls.TlsConfig.PemFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A certificate and its private key, which are stored as PEM files.
 *
 * @param chain the certificate, followed by those that sign it
 */
record CertificateKeyPair(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "key pair probe".getBytes(UTF_8);

  /**
   * Reads a pair. The message of an exception begins with the path of the invalid file, unless the
   * key cannot sign.
   */
  static CertificateKeyPair read(PemFiles files) throws TlsException {
    var chain = readChain(files.certificate());
    var key = readKey(files.key(), chain.get(0));
    if (!isMatching(key, chain.get(0))) {
      throw new TlsException(files.key() + " does not belong to " + files.certificate());
    }
    return new CertificateKeyPair(chain, key);
  }

  X509Certificate certificate() {
    return chain.get(0);
  }

  String certificatePem() throws CertificateEncodingException {
    return toPem("CERTIFICATE", certificate().getEncoded());
  }

  /** The private key in PKCS#8. */
  String keyPem() {
    return toPem("PRIVATE KEY", key.getEncoded());
  }

  private static String toPem(String label, byte[] content) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  private static List<X509Certificate> readChain(Path file) throws TlsException {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(readBytes(file)));
      if (found.isEmpty()) {
        throw new TlsException(file + " contains no certificate");
      }
      return found.stream().map(X509Certificate.class::cast).toList();
    } catch (CertificateException e) {
      throw new TlsException(file + " is not a PEM certificate: " + oneLine(e), e);
    }
  }

  private static PrivateKey readKey(Path file, X509Certificate certificate) throws TlsException {
    var pem = PRIVATE_KEY.matcher(new String(readBytes(file), ISO_8859_1));
    if (!pem.find()) {
      throw new TlsException(
          file
              + " is not an unencrypted PKCS#8 private key; convert it with"
              + " openssl pkcs8 -topk8 -nocrypt");
    }
    try {
      var content = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(content));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsException(
          file + " cannot be read as a private key of the type of the certificate: " + oneLine(e),
          e);
    }
  }

  /** Returns true if the certificate verifies a signature of the key. */
  private static boolean isMatching(PrivateKey key, X509Certificate certificate)
      throws TlsException {
    try {
      var signature = Signature.getInstance(signatureAlgorithm(key));
      signature.initSign(key);
      signature.update(PROBE);
      var signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new TlsException("the private key cannot sign: " + oneLine(e), e);
    }
  }

  private static String signatureAlgorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
  }

  private static byte[] readBytes(Path file) throws TlsException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new TlsException(file + " does not exist", e);
    } catch (IOException e) {
      throw new TlsException(file + " cannot be read: " + oneLine(e), e);
    }
  }

  private static String oneLine(Exception cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
