package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretArgumentsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "java|-jar|muster.jar|serve|--token|geheim|--roles|api",
        "java|-jar|muster.jar|--token=geheim|serve|--roles|api",
        "java|-jar|muster.jar|--token|geheim mit geheim|--roles|api",
        "java|-jar|muster.jar|--token|--geheim|--roles|api",
        "java|-jar|muster.jar|--set|api.token=geheim|--roles|api",
        "java|-jar|muster.jar|--set=cluster.secret=geheim=|--roles|api",
        "java|-jar|muster.jar|--set|database.url=postgresql://a:geheim@b/c|--roles|api",
        "java|-jar|muster.jar|--database-url|postgresql://a:geheim@b/c|--roles|api",
        "/bin/sh|./muster|--token|geheim|--roles|api",
        "env|MUSTER_API_TOKEN=geheim|./muster|--roles|api",
        "docker|run|-eMUSTER_CLUSTER_SECRET=geheim|muster:1|--roles|api"
      })
  void mask_ownProgram_hidesTheSecretAndKeepsTheRest(String arguments) {
    assertThat(SecretArguments.mask(arguments.replace('|', '\0')))
        .doesNotContain("geheim")
        .contains("***")
        .endsWith("--roles\0api");
  }

  @Test
  void mask_shell_hidesTheRestOfItsArgument() {
    assertThat(SecretArguments.mask("sh\0-c\0exec ./muster --token geheim --set cluster.secret=a"))
        .isEqualTo("sh\0-c\0exec ./muster --token ***");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java|-jar|muster.jar|--token-file|/etc/token|--set|api.token_file=/etc/token",
        "env|MUSTER_API_TOKEN_FILE=/etc/token|./muster",
        "vault|login|--token=other"
      })
  void mask_fileOfASecretOrAnotherProgram_isNotChanged(String arguments) {
    var separated = arguments.replace('|', '\0');

    assertThat(SecretArguments.mask(separated)).isEqualTo(separated);
  }
}
