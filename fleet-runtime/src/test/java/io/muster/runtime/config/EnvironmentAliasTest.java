package io.muster.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentAliasTest {
  private static final String MAX_SUBSCRIBERS_VARIABLE = "ALL_SMI_API_MAX_SSE_SUBSCRIBERS";

  @ParameterizedTest
  @CsvSource({
    "ALL_SMI_API_CORS_ALLOWED_ORIGINS, api.cors_origins, https://a.example, https://a.example",
    "ALL_SMI_API_MAX_SSE_SUBSCRIBERS, api.max_subscribers, 12, 12",
    "ALL_SMI_API_INTERVAL_SECS, collector.interval, 5, 5",
    "ALL_SMI_API_PORT, api.listen.main, 9100, 127.0.0.1:9100",
    "ALL_SMI_API_PORT, api.listen.main, 0, off",
    "ALL_SMI_API_SOCKET, api.listen.unix, /run/a.sock, /run/a.sock",
    "ALL_SMI_API_SOCKET, api.listen.unix, False, off",
    "ALL_SMI_API_SOCKET, api.listen.unix, 0, off",
    "SOCKTOP_PORT, api.listen.socktop, 3001, 127.0.0.1:3001",
    "SOCKTOP_AGENT_METRICS_TTL_MS, api.socktop.metrics_max_age, 0, 0ms",
    "SOCKTOP_AGENT_DISKS_TTL_MS, api.socktop.disks_max_age, 5000, 5000ms",
    "SOCKTOP_AGENT_PROCESSES_TTL_MS, api.socktop.processes_max_age, 1500, 1500ms"
  })
  void find_variableOfAnotherProgram_setsTheKeyOfMuster(
      String variable, String key, String text, String value) {
    var found = sources(Map.of(), Map.of(variable, " " + text), Map.of()).find(key).orElseThrow();

    assertThat(found.value()).isEqualTo(value);
    assertThat(found.origin()).isEqualTo(variable);
    assertThat(found.unmetRequirement()).isEmpty();
  }

  @Test
  void find_socketTrue_isTheDefaultSocketOfAllSmi() {
    var sources = sources(Map.of(), Map.of("ALL_SMI_API_SOCKET", "true"), Map.of());

    assertThat(sources.find("api.listen.unix").orElseThrow().value()).endsWith("/all-smi.sock");
  }

  @Test
  void find_musterVariableToo_takesPrecedence() {
    var variables = Map.of(MAX_SUBSCRIBERS_VARIABLE, "1", "MUSTER_API_MAX_SUBSCRIBERS", "2");
    var file = Map.of("api", Map.of("max_subscribers", "4"));

    assertThat(value(sources(Map.of("api.max_subscribers", "3"), variables, file))).contains("3");
    assertThat(value(sources(Map.of(), variables, file))).contains("2");
    assertThat(value(sources(Map.of(), Map.of(MAX_SUBSCRIBERS_VARIABLE, "1"), file))).contains("1");
    assertThat(value(sources(Map.of(), Map.of(MAX_SUBSCRIBERS_VARIABLE, " "), file))).contains("4");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1:7000, 10.0.0.1:9100",
    "[::1]:7000, [::1]:9100",
    "off, 127.0.0.1:9100",
  })
  void find_portAndAListenerInTheFile_keepsItsHost(String file, String value) {
    var sources =
        sources(
            Map.of(),
            Map.of("ALL_SMI_API_PORT", "9100"),
            Map.of("api", Map.of("listen", Map.of("main", file))));

    assertThat(sources.find("api.listen.main").orElseThrow().value()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"65536", "-1", "1.2.3.4:80", "many", "99999999999999"})
  void listener_invalidPort_isAProblemThatNamesTheVariable(String text) {
    var reader = reader(Map.of("ALL_SMI_API_PORT", text));

    assertThat(reader.listener("api.listen.main", "127.0.0.1:9090"))
        .contains(new HostPort("127.0.0.1", 9090));
    assertThat(reader.problems())
        .containsExactly(
            "api.listen.main (ALL_SMI_API_PORT): must be a port from 0 to 65535, where 0 is off: '"
                + text
                + "'");
    assertThat(reader.warnings()).isEmpty();
  }

  @Test
  void listener_portZero_isOff() {
    var reader = reader(Map.of("ALL_SMI_API_PORT", "0"));

    assertThat(reader.listener("api.listen.main", "127.0.0.1:9090")).isEmpty();
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "127.0.0.1:3000", "x"})
  void listener_invalidPortOfSocktop_isAProblemThatNamesTheVariable(String text) {
    var reader = reader(Map.of("SOCKTOP_PORT", text));

    assertThat(reader.listener("api.listen.socktop", "127.0.0.1:3000"))
        .contains(new HostPort("127.0.0.1", 3000));
    assertThat(reader.problems())
        .containsExactly(
            "api.listen.socktop (SOCKTOP_PORT): must be a port from 1 to 65535: '" + text + "'");
  }

  @Test
  void duration_unreadableAgeOfSocktop_isTheDefaultWithAWarning() {
    var reader = reader(Map.of("SOCKTOP_AGENT_DISKS_TTL_MS", "1s"));

    assertThat(disksMaxAge(reader)).isEqualTo(Duration.ofSeconds(1));
    assertThat(reader.problems()).isEmpty();
    assertThat(reader.warnings())
        .containsExactly(
            "api.socktop.disks_max_age (SOCKTOP_AGENT_DISKS_TTL_MS): must be a whole number of"
                + " milliseconds: '1s'; ignored");
  }

  @Test
  void duration_ageOfSocktop_isInMilliseconds() {
    assertThat(disksMaxAge(reader(Map.of("SOCKTOP_AGENT_DISKS_TTL_MS", "750"))))
        .isEqualTo(Duration.ofMillis(750));
  }

  @ParameterizedTest
  @CsvSource({
    "3s, a whole number of seconds",
    "0, 'a duration from 1s to 1m, such as 500ms, 3s, 5m or 1h'",
  })
  void duration_invalidSeconds_areAProblem(String text, String expected) {
    var reader = reader(Map.of("ALL_SMI_API_INTERVAL_SECS", text));

    assertThat(interval(reader)).isEqualTo(Duration.ofSeconds(3));
    assertThat(reader.problems())
        .containsExactly(
            "collector.interval (ALL_SMI_API_INTERVAL_SECS): must be "
                + expected
                + ": '"
                + text
                + "'");
  }

  @Test
  void duration_seconds_areAccepted() {
    assertThat(interval(reader(Map.of("ALL_SMI_API_INTERVAL_SECS", "7"))))
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void integer_unreadableMaximumOfAllSmi_isTheDefaultWithAWarning() {
    var reader = reader(Map.of(MAX_SUBSCRIBERS_VARIABLE, "plenty"));

    assertThat(reader.integer("api.max_subscribers", 256, 0, 1000)).isEqualTo(256);
    assertThat(reader.problems()).isEmpty();
    assertThat(reader.warnings())
        .containsExactly(
            "api.max_subscribers ("
                + MAX_SUBSCRIBERS_VARIABLE
                + "): must be a whole number from 0 to 1000: 'plenty'; ignored");
  }

  @Test
  void integer_unreadableMaximumOfMuster_stopsTheStart() {
    var reader = reader(Map.of("MUSTER_API_MAX_SUBSCRIBERS", "plenty"));

    assertThat(reader.integer("api.max_subscribers", 256, 0, 1000)).isEqualTo(256);
    assertThat(reader.problems()).hasSize(1);
    assertThat(reader.warnings()).isEmpty();
  }

  @Test
  void list_invalidEntries_areDroppedAndReported() {
    var aliasReader = reader(Map.of("ALL_SMI_API_CORS_ALLOWED_ORIGINS", "http://a, b ,http://c"));
    var musterReader = reader(Map.of("MUSTER_API_CORS_ORIGINS", "http://a,b"));

    assertThat(origins(aliasReader)).containsExactly("http://a", "http://c");
    assertThat(aliasReader.problems()).isEmpty();
    assertThat(aliasReader.warnings())
        .containsExactly(
            "api.cors_origins (ALL_SMI_API_CORS_ALLOWED_ORIGINS): must be an origin: 'b'; ignored");
    assertThat(origins(musterReader)).containsExactly("http://a");
    assertThat(musterReader.problems())
        .containsExactly("api.cors_origins (MUSTER_API_CORS_ORIGINS): must be an origin: 'b'");
  }

  @Test
  void problems_unreadVariablesOfAllSmi_areIgnored() {
    var environment =
        Map.of("ALL_SMI_API_SOCKET", "/a", "ALL_SMI_AUTH_TOKEN", "x", "ALL_SMI_API_PORT", "x");

    assertThat(sources(Map.of(), environment, Map.of()).problems(Set.of("api.token"))).isEmpty();
  }

  private static Duration interval(ConfigReader reader) {
    return reader.duration(
        "collector.interval", Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  private static Duration disksMaxAge(ConfigReader reader) {
    return reader.duration(
        "api.socktop.disks_max_age", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1));
  }

  private static List<String> origins(ConfigReader reader) {
    return reader.list("api.cors_origins", text -> text.startsWith("http"), "an origin");
  }

  private static Optional<String> value(SettingSources sources) {
    return sources.find("api.max_subscribers").map(Setting::value);
  }

  private static ConfigReader reader(Map<String, String> environment) {
    return new ConfigReader(sources(Map.of(), environment, Map.of()));
  }

  private static SettingSources sources(
      Map<String, String> commandLine, Map<String, String> environment, Map<?, ?> file) {
    return new SettingSources(commandLine, environment, file, "muster.yaml");
  }
}
