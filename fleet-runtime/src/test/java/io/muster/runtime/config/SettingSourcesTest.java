package io.muster.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingSourcesTest {
  private static final Map<?, ?> FILE = Map.of("api", Map.of("token", "file value"));
  private static final Map<String, String> ENVIRONMENT =
      Map.of("MUSTER_API_TOKEN", "environment value", "PATH", "/bin", "MUSTERING", "x");
  private static final Map<String, String> COMMAND_LINE = Map.of("api.token", "command line value");

  @Test
  void find_inAllLayers_takesTheHighest() {
    assertThat(sources(COMMAND_LINE, ENVIRONMENT, FILE).find("api.token"))
        .contains(new Setting("command line value", "command line"));
    assertThat(sources(Map.of(), ENVIRONMENT, FILE).find("api.token"))
        .contains(new Setting("environment value", "MUSTER_API_TOKEN"));
    assertThat(sources(Map.of(), Map.of(), FILE).find("api.token"))
        .contains(new Setting("file value", "muster.yaml"));
    assertThat(SettingSources.none().find("api.token")).isEmpty();
  }

  @Test
  void find_blankInAHigherLayer_usesTheLowerLayer() {
    var sources = sources(Map.of("api.token", ""), Map.of("MUSTER_API_TOKEN", " "), FILE);

    assertThat(sources.find("api.token")).contains(new Setting("file value", "muster.yaml"));
  }

  @Test
  void find_nestedAndListedValues_areFlattened() {
    var file =
        Map.of(
            "cluster",
            Map.of("join", Arrays.asList("a:1", null, "b:2"), "timing", Map.of("ping", 3)));

    var sources = sources(Map.of(), Map.of(), file);

    assertThat(sources.find("cluster.join").map(Setting::value)).contains("a:1,b:2");
    assertThat(sources.find("cluster.timing.ping").map(Setting::value)).contains("3");
  }

  @Test
  void problems_unknownInEveryLayer_areListedWithAHint() {
    var sources =
        sources(
            Map.of("token", "x", "nonsense", "x"),
            Map.of("MUSTER_TOKEN", "x", "MUSTER_NONSENSE", "x"),
            Map.of("server", Map.of("token", "x"), "api", "x"));

    assertThat(sources.problems(Set.of("api.token", "api.insecure")))
        .containsExactlyInAnyOrder(
            "token (command line): unknown key; did you mean api.token?",
            "nonsense (command line): unknown key",
            "MUSTER_TOKEN: unknown environment variable; did you mean MUSTER_API_TOKEN?",
            "MUSTER_NONSENSE: unknown environment variable",
            "server.token (muster.yaml): unknown key; did you mean api.token?",
            "api (muster.yaml): unknown key; did you mean api.insecure?");
  }

  @Test
  void problems_keySetNestedAndDotted_isAmbiguous() {
    var file = Map.of("api", Map.of("token", "a"), "api.token", "b");

    assertThat(sources(Map.of(), Map.of(), file).problems(Set.of("api.token")))
        .containsExactly("api.token (muster.yaml): set twice");
  }

  @Test
  void problems_everyKeyIsRead_isEmpty() {
    assertThat(sources(COMMAND_LINE, ENVIRONMENT, FILE).problems(Set.of("api.token"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "MUSTER_SERVICE_HOST, 10.0.0.1",
    "MUSTER_SERVICE_PORT, 9090",
    "MUSTER_SERVICE_PORT_HTTP, 9090",
    "MUSTER_PORT, tcp://10.0.0.1:9090",
    "MUSTER_PORT_9090_TCP, tcp://10.0.0.1:9090",
    "MUSTER_PORT_9090_TCP_ADDR, 10.0.0.1",
    "MUSTER_PORT_53_UDP_PROTO, udp",
    "MUSTER_API_SERVICE_HOST, 10.0.0.1",
    "MUSTER_API_PORT, tcp://10.0.0.1:9090",
    "MUSTER_API_PORT_9090_TCP_PORT, 9090",
    "MUSTER_REQUIRE, cc",
    "MUSTER_JAVA, /usr/bin/java",
    "MUSTER_JAVA_OPTS, -Xmx1g",
    "MUSTER_CONFIG, /tmp"
  })
  void problems_variablesOfOtherPrograms_areIgnored(String name, String value) {
    assertThat(sources(Map.of(), Map.of(name, value), Map.of()).problems(Set.of())).isEmpty();
  }

  @Test
  void problems_portSetByAUser_isUnknown() {
    var environment = Map.of("MUSTER_PORT", "9090");

    assertThat(sources(Map.of(), environment, Map.of()).problems(Set.of())).hasSize(1);
  }

  @Test
  void problems_headingWithoutEntries_isEmpty() throws Exception {
    var file = new org.yaml.snakeyaml.Yaml().<Map<?, ?>>load("api:\n  # token: x\n");

    assertThat(sources(Map.of(), Map.of(), file).problems(Set.of("api.token"))).isEmpty();
  }

  @Test
  void environmentVariable_everyKey_isAShellName() {
    for (var key : List.of("api.call_timeout", "cluster.join")) {
      assertThat(SettingSources.environmentVariable(key)).matches("MUSTER_[A-Z0-9_]+");
    }
  }

  private static SettingSources sources(
      Map<String, String> commandLine, Map<String, String> environment, Map<?, ?> file) {
    return new SettingSources(commandLine, environment, file, "muster.yaml");
  }
}
