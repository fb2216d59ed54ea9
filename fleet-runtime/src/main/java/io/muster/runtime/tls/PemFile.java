package io.muster.runtime.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A PEM file as it was read. The message of an exception begins with the name.
 *
 * @param name path of the file, behind the setting that contains it, if there is one
 */
public record PemFile(String name, String content) {
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** Reads a file; the name is its path. */
  public static PemFile read(Path file) throws TlsException {
    return read(file, file.toString());
  }

  /** Reads a file. */
  public static PemFile read(Path file, String name) throws TlsException {
    try {
      return new PemFile(name, Files.readString(file, ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new TlsException(name + " does not exist", e);
    } catch (IOException e) {
      throw new TlsException(name + " cannot be read: " + oneLine(e), e);
    }
  }

  /** Encodes one object of a PEM file. */
  static String encode(String label, byte[] object) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(object);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  /** The certificates, at least one. */
  public List<X509Certificate> certificates() throws TlsException {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content.getBytes(ISO_8859_1)));
      if (found.isEmpty()) {
        throw new TlsException(name + " contains no certificate");
      }
      return found.stream().map(X509Certificate.class::cast).toList();
    } catch (CertificateException e) {
      throw new TlsException(name + " is not a PEM certificate: " + oneLine(e), e);
    }
  }

  /** The first private key, which must be one for the certificate's algorithm. */
  PrivateKey privateKey(String algorithm) throws TlsException {
    var pem = PRIVATE_KEY.matcher(content);
    if (!pem.find()) {
      throw new TlsException(
          name
              + " is not an unencrypted PKCS#8 private key; convert it with"
              + " openssl pkcs8 -topk8 -nocrypt");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new TlsException(
          name + " cannot be read as a private key of the type of the certificate: " + oneLine(e),
          e);
    }
  }

  /** The name: the content may be a private key. */
  @Override
  public String toString() {
    return name;
  }

  static String oneLine(Exception cause) {
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
