package io.muster.api.tls;

import static io.muster.api.tls.Der.bits;
import static io.muster.api.tls.Der.identifier;
import static io.muster.api.tls.Der.integer;
import static io.muster.api.tls.Der.sequence;
import static io.muster.api.tls.Der.text;
import static io.muster.api.tls.Der.time;
import static io.muster.api.tls.Der.value;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * A certificate of our own, X.509 version 3 (RFC 5280), and its key: ECDSA over P-256 with SHA-256,
 * no authority, for servers only. The JDK makes keys and signatures, but no certificates.
 */
final class SelfSigned {
  private static final Duration BACK = Duration.ofMinutes(5);
  private static final Duration LIFETIME = Duration.ofDays(3652);
  private static final int SERIAL_BITS = 127;
  private static final int MAX_COMMON_NAME = 64;
  private static final int EXPLICIT = 0xa0;
  private static final int DNS_NAME = 0x82;
  private static final int IP_ADDRESS = 0x87;
  private static final byte[] YES = value(Der.BOOLEAN, new byte[] {(byte) 0xff});
  private static final byte[] ECDSA_WITH_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));

  private final KeyPair pair;
  private final byte[] certificate;

  private SelfSigned(KeyPair pair, byte[] certificate) {
    this.pair = pair;
    this.certificate = certificate;
  }

  /** Valid from a little before now, since clocks differ, for ten years. */
  static SelfSigned make(SubjectNames names, Instant now) throws GeneralSecurityException {
    var random = new SecureRandom();
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    var pair = generator.generateKeyPair();
    var contents =
        sequence(
            value(EXPLICIT, integer(BigInteger.TWO)), // Version 3.
            integer(new BigInteger(SERIAL_BITS, random).setBit(0)),
            ECDSA_WITH_SHA256,
            subject(names.hostname()),
            sequence(time(now.minus(BACK)), time(now.plus(LIFETIME))),
            subject(names.hostname()),
            pair.getPublic().getEncoded(),
            value(EXPLICIT | 3, extensions(names)));
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate(), random);
    signature.update(contents);
    return new SelfSigned(pair, sequence(contents, ECDSA_WITH_SHA256, bits(0, signature.sign())));
  }

  String certificatePem() {
    return pem("CERTIFICATE", certificate);
  }

  /** In PKCS#8. */
  String keyPem() {
    return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  private static byte[] subject(String hostname) {
    var name = hostname.substring(0, Math.min(hostname.length(), MAX_COMMON_NAME));
    return sequence(value(Der.SET, sequence(identifier("2.5.4.3"), text(name))));
  }

  private static byte[] extensions(SubjectNames names) {
    var alternatives = names.all().stream().map(SelfSigned::alternative).toArray(byte[][]::new);
    return sequence(
        extension("2.5.29.19", true, sequence()), // Basic constraints: no authority.
        extension("2.5.29.15", true, bits(7, new byte[] {(byte) 0x80})), // Only signs.
        extension("2.5.29.37", false, sequence(identifier("1.3.6.1.5.5.7.3.1"))), // For servers.
        extension("2.5.29.17", false, sequence(alternatives)));
  }

  private static byte[] extension(String identifier, boolean isCritical, byte[] content) {
    var octets = value(Der.OCTET_STRING, content);
    return isCritical
        ? sequence(identifier(identifier), YES, octets)
        : sequence(identifier(identifier), octets);
  }

  private static byte[] alternative(String name) {
    return SubjectNames.address(name)
        .map(address -> value(IP_ADDRESS, address))
        .orElseGet(() -> value(DNS_NAME, name.getBytes(US_ASCII)));
  }

  private static String pem(String kind, byte[] content) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }
}
