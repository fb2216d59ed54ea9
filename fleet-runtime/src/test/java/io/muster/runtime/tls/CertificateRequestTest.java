package io.muster.runtime.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestTest {
  private static final Instant NOW = Instant.parse("2026-08-08T12:34:56.789Z");

  @Test
  void sign_ofANode_isValidUnderTheAuthority() throws GeneralSecurityException {
    var authority = authority(NOW);
    var node = request(CertificateUse.NODE, "gpu-01", "gpu-01", "10.0.0.7").sign(authority);
    var certificate = node.certificate();

    validate(certificate, authority.certificate(), NOW);
    assertThat(node.chain()).as("the other side has the root").hasSize(1);
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(authority.certificate().getSubjectX500Principal());
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getKeyUsage()).startsWith(true).containsOnlyOnce(true);
    assertThat(certificate.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(certificate.getNotBefore()).isEqualTo("2026-08-08T12:29:56Z");
    assertThat(certificate.getSerialNumber()).isPositive();
    assertThat(certificate.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
  }

  @Test
  void sign_ofANode_namesTheKeyOfTheAuthority() throws GeneralSecurityException {
    var authority = authority(NOW);
    var node = request(CertificateUse.NODE, "gpu-01").sign(authority).certificate();

    var subjectKeyId = hex(authority.certificate().getExtensionValue("2.5.29.14")).substring(8);
    assertThat(subjectKeyId).hasSize(40);
    assertThat(hex(node.getExtensionValue("2.5.29.35"))).endsWith("8014" + subjectKeyId);
    assertThat(hex(node.getExtensionValue("2.5.29.14"))).doesNotContain(subjectKeyId);
  }

  @Test
  void selfSign_ofAnAuthority_signsNodesOnly() throws GeneralSecurityException {
    var certificate = authority(NOW).certificate();

    assertThat(certificate.getBasicConstraints()).isZero();
    assertThat(certificate.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(certificate.getExtendedKeyUsage()).isNull();
    certificate.verify(certificate.getPublicKey());
  }

  @Test
  void sign_ofAnIntermediateAuthority_addsItToTheChain() throws GeneralSecurityException {
    var root = request(CertificateUse.SHARED, "root").selfSign();
    var intermediate = request(CertificateUse.AUTHORITY, "intermediate").sign(root);
    var node = request(CertificateUse.NODE, "gpu-01").sign(intermediate);

    assertThat(node.chain()).containsExactly(node.certificate(), intermediate.certificate());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2049-12-30T00:00:00Z", "2060-01-01T00:00:00Z"})
  void sign_untilAfter2050_isValid(Instant now) throws GeneralSecurityException {
    var authority = authority(now);
    var node =
        CertificateRequest.of(CertificateUse.NODE, "gpu", List.of(), now, Duration.ofDays(825))
            .sign(authority);

    assertThat(node.certificate().getNotAfter())
        .isEqualTo(now.plus(Duration.ofDays(825)).minusSeconds(300));
    validate(node.certificate(), authority.certificate(), now);
  }

  @Test
  void selfSign_names_areNamesAndAddresses() throws GeneralSecurityException {
    var names = SubjectNames.of("2001:db8::7", List.of("fe80::1%eth0", "::ffff:10.0.0.7", "*.a.b"));
    var certificate =
        request(CertificateUse.SERVER, names.commonName(), names.all().toArray(String[]::new))
            .selfSign()
            .certificate();

    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=2001:db8::7");
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactly(
            List.of(7, "2001:db8:0:0:0:0:0:7"),
            List.of(2, "localhost"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"),
            List.of(7, "0.0.0.0"),
            List.of(7, "fe80:0:0:0:0:0:0:1"),
            List.of(7, "10.0.0.7"),
            List.of(2, "*.a.b"));
  }

  @Test
  void selfSign_commonNameWithSyntax_isOneAttribute() throws GeneralSecurityException {
    var certificate = request(CertificateUse.SERVER, "gpu,O=Evil+C=x").selfSign().certificate();

    assertThat(certificate.getSubjectX500Principal().getName())
        .isEqualTo("CN=gpu\\,O\\=Evil\\+C\\=x");
  }

  @Test
  void certificatePem_isReadByJava() throws GeneralSecurityException {
    var pair = request(CertificateUse.SERVER, "gpu-01").selfSign();

    var read =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pair.certificatePem().getBytes(US_ASCII)));

    assertThat(read).singleElement().isEqualTo(pair.certificate());
  }

  private static CertificateKeyPair authority(Instant now) throws GeneralSecurityException {
    return CertificateRequest.of(
            CertificateUse.AUTHORITY, "authority", List.of(), now, Duration.ofDays(3652))
        .selfSign();
  }

  private static CertificateRequest request(CertificateUse use, String name, String... names) {
    return CertificateRequest.of(use, name, List.of(names), NOW, Duration.ofDays(825));
  }

  private static void validate(X509Certificate certificate, X509Certificate authority, Instant time)
      throws GeneralSecurityException {
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(time));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
