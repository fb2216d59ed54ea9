package io.muster.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final byte[] MESSAGE = {1, 2, 3};

  private record Account(String user, Secret password) {}

  @Test
  void toString_ofARecordWithSecrets_showsOnlyIfTheyAreSet() {
    assertThat(new Account("me", new Secret("s3cret")))
        .hasToString("Account[user=me, password=set]");
    assertThat(new Account("me", Secret.NONE)).hasToString("Account[user=me, password=none]");
  }

  @Test
  void matches_onlyTheSameText() {
    assertThat(new Secret("s3cr+t/é").matches("s3cr+t/é")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s3cre", "s3crets", "S3CRET", "s3cret ", "set"})
  void matches_anotherText_isFalse(String presented) {
    assertThat(new Secret("s3cret").matches(presented)).isFalse();
  }

  @Test
  void matches_notSet_isFalseForEveryText() {
    assertThat(Secret.NONE.matches("")).isFalse();
    assertThat(Secret.NONE.matches("none")).isFalse();
  }

  @Test
  void random_returnsDifferentSecretsOfTheRequestedLength() {
    assertThat(Secret.random(24).text()).hasSize(48).matches("[0-9a-f]+");
    assertThat(Secret.random(24)).isNotEqualTo(Secret.random(24));
  }

  @Test
  void mac_dependsOnSecretAndPurpose() {
    var code = new Secret("s3cret").mac("greeting").doFinal(MESSAGE);

    assertThat(new Secret("s3cret").mac("greeting").doFinal(MESSAGE)).isEqualTo(code).hasSize(32);
    assertThat(new Secret("s3cret").mac("other").doFinal(MESSAGE)).isNotEqualTo(code);
    assertThat(new Secret("s3cre").mac("tgreeting").doFinal(MESSAGE)).isNotEqualTo(code);
  }

  @Test
  void secret_ofAReader_isNotSetForAMissingOrBlankValue() {
    var reader = new ConfigReader(SettingSources.of(Map.of("a", " s3cret ", "b", " ")));

    assertThat(reader.secret("a")).isEqualTo(new Secret("s3cret"));
    assertThat(reader.secret("b")).isEqualTo(Secret.NONE);
    assertThat(reader.secret("c")).isEqualTo(Secret.NONE);
  }
}
