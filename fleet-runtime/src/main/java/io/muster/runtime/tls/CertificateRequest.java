package io.muster.runtime.tls;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The contents of a certificate that is to be issued.
 *
 * @param commonName name of the subject, for people
 * @param names host names and addresses for which the certificate is valid
 */
public record CertificateRequest(
    CertificateUse use,
    String commonName,
    Collection<String> names,
    Instant startsAt,
    Instant endsAt) {
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

  public CertificateRequest {
    names = List.copyOf(names);
  }

  /** A certificate that is valid from five minutes ago, because clocks differ. */
  public static CertificateRequest of(
      CertificateUse use,
      String commonName,
      Collection<String> names,
      Instant now,
      Duration validity) {
    var start = now.minus(CLOCK_TOLERANCE);
    return new CertificateRequest(use, commonName, names, start, start.plus(validity));
  }

  /** Issues the certificate for a new key, signed with this key. */
  public CertificateKeyPair selfSign() throws GeneralSecurityException {
    return selfSign(generateKeys());
  }

  /** Issues the certificate for a key on an elliptic curve, signed with this key. */
  public CertificateKeyPair selfSign(KeyPair keys) throws GeneralSecurityException {
    var certificate =
        new CertificateEncoder(this, keys.getPublic())
            .encode(CertificateEncoder.name(commonName), Optional.empty(), keys.getPrivate());
    return new CertificateKeyPair(List.of(certificate), keys.getPrivate());
  }

  /**
   * Issues the certificate for a new key, signed with the key of the authority, which must be on an
   * elliptic curve. It ends no later than that of the authority. The chain does not contain roots,
   * which the other side has.
   */
  public CertificateKeyPair sign(CertificateKeyPair authority) throws GeneralSecurityException {
    var keys = generateKeys();
    var issuer = authority.certificate();
    var certificate =
        new CertificateEncoder(endingBy(issuer.getNotAfter().toInstant()), keys.getPublic())
            .encode(
                issuer.getSubjectX500Principal().getEncoded(),
                Optional.of(issuer),
                authority.key());
    var intermediates =
        authority.chain().stream()
            .filter(each -> !each.getIssuerX500Principal().equals(each.getSubjectX500Principal()));
    return new CertificateKeyPair(
        Stream.concat(Stream.of(certificate), intermediates).toList(), keys.getPrivate());
  }

  private CertificateRequest endingBy(Instant limit) {
    return endsAt.isAfter(limit)
        ? new CertificateRequest(use, commonName, names, startsAt, limit)
        : this;
  }

  private static KeyPair generateKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
