package io.muster.runtime.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Encodes and signs a certificate: X.509 version 3 as profiled by RFC 5280, ECDSA with SHA-256. The
 * JDK has no public interface for it.
 */
record CertificateEncoder(CertificateRequest request, PublicKey key) {
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final String ALGORITHM_ID = "1.2.840.10045.4.3.2";
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SUBJECT_KEY_ID = "2.5.29.14";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String AUTHORITY_KEY_ID = "2.5.29.35";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int KEY_ID_BYTES = 20;
  private static final int SERIAL_BITS = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A distinguished name that consists of a common name. */
  static byte[] name(String commonName) {
    return Der.sequence(Der.set(Der.sequence(Der.objectId(COMMON_NAME), Der.text(commonName))));
  }

  /**
   * Returns the certificate.
   *
   * @param issuerName distinguished name of the issuer
   * @param issuer certificate of the issuer; empty if the certificate is self-signed
   * @param issuerKey key of the issuer
   */
  X509Certificate encode(byte[] issuerName, Optional<X509Certificate> issuer, PrivateKey issuerKey)
      throws GeneralSecurityException {
    var algorithm = Der.sequence(Der.objectId(ALGORITHM_ID));
    var body =
        Der.sequence(
            Der.explicit(0, Der.integer(2)), // Version 3.
            Der.integer(new BigInteger(SERIAL_BITS, RANDOM).setBit(0)),
            algorithm,
            issuerName,
            Der.sequence(Der.time(request.startsAt()), Der.time(request.endsAt())),
            name(request.commonName()),
            key.getEncoded(),
            Der.explicit(3, extensions(issuer)));
    var signature = Signature.getInstance(ALGORITHM);
    signature.initSign(issuerKey);
    signature.update(body);
    var encoded = Der.sequence(body, algorithm, Der.bitString(signature.sign()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private byte[] extensions(Optional<X509Certificate> issuer) throws GeneralSecurityException {
    var use = request.use();
    var extensions = new ArrayList<byte[]>();
    extensions.add(critical(BASIC_CONSTRAINTS, use.basicConstraints()));
    if (use.keyUsage() != 0) {
      extensions.add(critical(KEY_USAGE, Der.namedBits(use.keyUsage())));
    }
    if (!use.extendedKeyUsage().isEmpty()) {
      extensions.add(
          extension(
              EXTENDED_KEY_USAGE,
              sequence(use.extendedKeyUsage().stream().map(Der::objectId).toList())));
    }
    extensions.add(extension(SUBJECT_KEY_ID, Der.octetString(keyId())));
    issuer
        .flatMap(CertificateEncoder::findKeyId)
        .map(id -> extension(AUTHORITY_KEY_ID, Der.sequence(Der.implicit(0, id))))
        .ifPresent(extensions::add);
    if (!request.names().isEmpty()) {
      var names = request.names().stream().map(CertificateEncoder::alternativeName).toList();
      extensions.add(extension(ALTERNATIVE_NAMES, sequence(names)));
    }
    return sequence(extensions);
  }

  /** Distinguishes the keys of authorities with one name. */
  private byte[] keyId() throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return Arrays.copyOf(digest, KEY_ID_BYTES);
  }

  /** The key id that a certificate states: one octet string inside another, of two bytes each. */
  private static Optional<byte[]> findKeyId(X509Certificate certificate) {
    return Optional.ofNullable(certificate.getExtensionValue(SUBJECT_KEY_ID))
        .map(value -> Arrays.copyOfRange(value, 4, value.length));
  }

  private static byte[] alternativeName(String name) {
    return SubjectNames.address(name)
        .map(
            address ->
                Der.implicit(IP_ADDRESS, NetUtil.createByteArrayFromIpAddressString(address)))
        .orElseGet(() -> Der.implicit(DNS_NAME, name.getBytes(US_ASCII)));
  }

  private static byte[] critical(String id, byte[] value) {
    return Der.sequence(Der.objectId(id), Der.yes(), Der.octetString(value));
  }

  private static byte[] extension(String id, byte[] value) {
    return Der.sequence(Der.objectId(id), Der.octetString(value));
  }

  private static byte[] sequence(List<byte[]> elements) {
    return Der.sequence(elements.toArray(byte[][]::new));
  }
}
