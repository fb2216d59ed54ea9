package io.muster.runtime.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpu-01",
        "1gpu.example",
        "*.gpu.example",
        "xn--bcher-kva.example",
        "10.0.0.7",
        "fe80::1"
      })
  void isName_validInACertificate_isTrue(String text) {
    assertThat(SubjectNames.isName(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-a", ".a", "a.", "a..b", "*", "*a", "a.*.b", "a_b", "a b", "a,dns:b", "a\n", "bücher"
      })
  void isName_ofAnythingElse_isFalse(String text) {
    assertThat(SubjectNames.isName(text)).isFalse();
    assertThat(SubjectNames.of(text, List.of()).all())
        .containsExactly("localhost", "127.0.0.1", "::1", "0.0.0.0");
  }

  @Test
  void isName_ofMoreThanDnsAllows_isFalse() {
    assertThat(SubjectNames.isName("a".repeat(253))).isTrue();
    assertThat(SubjectNames.isName("a".repeat(254))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0:0::1, ::1",
    "2001:DB8::7, 2001:db8::7",
    "fe80::1%eth0, fe80::1",
    "10.0.0.7, 10.0.0.7"
  })
  void address_isPlain(String text, String plain) {
    assertThat(SubjectNames.address(text)).contains(plain);
  }

  @Test
  void commonName_specialCharacters_areReplaced() {
    assertThat(commonName("gpu-01.example")).isEqualTo("gpu-01.example");
    assertThat(commonName("a,O=b+\"c\"\\;#<d>\né")).isEqualTo("a_O_b__c_____d___");
    assertThat(commonName("a".repeat(70))).hasSize(64);
  }

  private static String commonName(String hostname) {
    return SubjectNames.of(hostname, List.of()).commonName();
  }
}
