package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.config.Secret;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusIdentityTest {
  private static final Secret SECRET = new Secret("0123456789abcdef");

  /**
   * Nodes of different versions must derive the same key. The expected point was computed by other
   * code, from the definition of the curve.
   */
  @Test
  void of_aSecret_isTheKeyOfEveryVersion() throws GeneralSecurityException {
    var publicKey = DerivedKeyPair.of(SECRET).getPublic().getEncoded();

    assertThat(HexFormat.of().formatHex(publicKey, publicKey.length - 64, publicKey.length))
        .isEqualTo(
            "d52ea3b5cc635b92cab2d9297a36de37cd14150bf641f55267dbf0e27ab6a9aa"
                + "3cbf385daea85978f9a80df4bc8b4772310abcb9a1c3ff2b3797526bfae139ea");
  }

  @Test
  void of_theSameSecret_verifiesTheOtherCertificate() throws GeneralSecurityException {
    var first = certificate(SECRET);
    var second = certificate(SECRET);

    first.verify(second.getPublicKey());
    assertThat(first.getPublicKey()).isEqualTo(second.getPublicKey());
  }

  @Test
  void of_anotherSecret_doesNotVerifyTheOtherCertificate() {
    var first = certificate(SECRET);
    var second = certificate(new Secret("0123456789abcdeF"));

    assertThatThrownBy(() -> first.verify(second.getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  /** Both points with an x coordinate occur: each takes its own path through the derivation. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void of_anySecret_hasACertificateOfItsOwnKey(int number) throws GeneralSecurityException {
    var certificate = certificate(new Secret("secret number " + number));

    certificate.verify(certificate.getPublicKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2100-01-01T00:00:00Z"})
  void certificate_atAnyTime_isValid(String time) throws GeneralSecurityException {
    var certificate = certificate(SECRET);
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(Instant.parse(time)));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));

    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
    assertThat(certificate.getVersion()).isEqualTo(3);
    assertThat(certificate.getBasicConstraints()).isNotNegative();
  }

  private static X509Certificate certificate(Secret secret) {
    return BusIdentity.deriveCertificate(secret).certificate();
  }
}
