package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.bridge.BridgeConfig;
import io.muster.api.fleet.FleetLimits;
import io.muster.api.http.AccessConfig;
import io.muster.api.http.TrustedProxies;
import io.muster.api.listener.ConnectionLimits;
import io.muster.api.listener.ListenConfig;
import io.muster.api.listener.UnixSocket;
import io.muster.api.socktop.SocktopConfig;
import io.muster.api.tls.TlsConfig;
import io.muster.api.usage.UsageConfig;
import io.muster.api.websocket.WebSocketLimits;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.tls.PemFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiConfigTest {
  @Test
  void from_noSettings_returnsDefaults() {
    var reader = new ConfigReader(SettingSources.none());

    assertThat(from(reader))
        .isEqualTo(
            new ApiConfig(
                new ListenConfig(
                    Map.of(
                        "api.listen.main", new HostPort("127.0.0.1", 9090),
                        "api.listen.rest", new HostPort("127.0.0.1", 18081),
                        "api.listen.usage", new HostPort("127.0.0.1", 33931),
                        "api.listen.socktop", new HostPort("127.0.0.1", 3000)),
                    Set.of("api.listen.usage", "api.listen.socktop"),
                    Optional.empty(),
                    new TlsConfig(Optional.empty(), Path.of("/data/tls"), List.of()),
                    new ConnectionLimits(Duration.ofSeconds(5), Duration.ofSeconds(60), 20_000)),
                new AccessConfig(Secret.NONE, List.of(), List.of(), TrustedProxies.none(), 10),
                Math.min(4, Runtime.getRuntime().availableProcessors()),
                new ApiConfig.StreamConfig(256, 16_777_216),
                new FleetLimits(10_000, Runtime.getRuntime().maxMemory() / 8),
                Duration.ofSeconds(1),
                Duration.ofDays(1),
                Duration.ofSeconds(5),
                new ApiConfig.WebSocketConfig(
                    new WebSocketLimits(16, 10, 4096),
                    SocktopConfig.from(new ConfigReader(SettingSources.none())),
                    UsageConfig.from(new ConfigReader(SettingSources.none())),
                    new BridgeConfig(1000, Duration.ofSeconds(90), 1000))));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isMapped() {
    var reader =
        reader(
            Map.of(
                "api.listen.main", "0.0.0.0:1",
                "api.listen.rest", "off",
                "api.listen.usage", "10.0.0.1:33931",
                "api.listen.socktop", "[::]:3000",
                "api.token", "secret",
                "api.insecure", "false",
                "api.max_subscribers", "0",
                "api.max_hosts", "50",
                "api.call_timeout", "250ms"));

    var config = from(reader);

    assertThat(config.listen().addresses())
        .containsExactly(
            Map.entry("api.listen.main", new HostPort("0.0.0.0", 1)),
            Map.entry("api.listen.usage", new HostPort("10.0.0.1", 33931)),
            Map.entry("api.listen.socktop", new HostPort("::", 3000)));
    assertThat(config.access().token()).isEqualTo(new Secret("secret"));
    assertThat(config.streams().maxSubscribers()).isZero();
    assertThat(config.fleet().maxHosts()).isEqualTo(50);
    assertThat(config.callTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_keysOfConnections_areMapped() {
    var config =
        from(
            reader(
                Map.of(
                    "api.listen.usage", "off",
                    "api.listen.tls", "127.0.0.1:8443",
                    "api.tls.names", "gpu.example, 10.0.0.7",
                    "api.trusted_proxies", "127.0.0.1, 10.0.0.0/8, fd00::/8",
                    "api.hosts", "gpu.example, [fd00::7], 10.0.0.7",
                    "api.limits.header_timeout", "300ms",
                    "api.limits.idle_timeout", "2m",
                    "api.limits.connections", "0")));

    assertThat(config.listen().addresses())
        .containsEntry("api.listen.tls", new HostPort("127.0.0.1", 8443))
        .doesNotContainKey("api.listen.usage");
    assertThat(config.listen().optionalKeys()).containsExactly("api.listen.socktop");
    assertThat(config.listen().hasSelfSignedCertificate()).isTrue();
    assertThat(config.listen().tls().names()).containsExactly("gpu.example", "10.0.0.7");
    assertThat(config.listen().limits())
        .isEqualTo(new ConnectionLimits(Duration.ofMillis(300), Duration.ofMinutes(2), 0));
    assertThat(config.access().trustedProxies().blocks()).hasSize(3);
    assertThat(config.access().hosts()).containsExactly("gpu.example", "[fd00::7]", "10.0.0.7");
  }

  @Test
  void from_hostWithAPortOrAScheme_isAProblem() {
    var reader = reader(Map.of("api.hosts", "gpu.example:9090, http://gpu.example, gpu.example"));

    assertThat(from(reader).access().hosts()).containsExactly("gpu.example");
    assertThat(reader.problems())
        .hasSize(2)
        .allMatch(problem -> problem.contains("must be a host name or an address, without a port"));
  }

  @Test
  void from_certificateWithoutKeyOrKeyWithoutCertificate_isAProblem() {
    var complete = reader(Map.of("api.tls.cert", "/c.pem", "api.tls.key", "/k.pem"));
    var noKey = reader(Map.of("api.tls.cert", "/c.pem"));
    var noCertificate = reader(Map.of("api.tls.key", "/k.pem"));

    assertThat(from(complete).listen().tls().configuredFiles())
        .contains(new PemFiles(Path.of("/c.pem"), Path.of("/k.pem")));
    assertThat(from(noKey).listen().tls().configuredFiles()).isEmpty();
    assertThat(noKey.problems()).singleElement().asString().contains("api.tls.key");
    assertThat(from(noCertificate).listen().tls().configuredFiles()).isEmpty();
    assertThat(noCertificate.problems()).singleElement().asString().contains("api.tls.cert");
  }

  @ParameterizedTest
  @CsvSource({
    "api.trusted_proxies, proxy.example",
    "api.trusted_proxies, 10.0.0.0/33",
    "api.trusted_proxies, fd00::/129",
    "api.trusted_proxies, 10.0.0.0/",
    "api.tls.names, a b",
    "api.tls.names, https://a",
    "api.tls.names, gpu_01",
    "api.limits.header_timeout, 1ms",
    "api.limits.connections, -1"
  })
  void from_badValue_namesItsKey(String key, String value) {
    var reader = reader(Map.of(key, value));

    from(reader);

    assertThat(reader.problems()).singleElement().asString().startsWith(key).contains(value);
  }

  @Test
  void from_keysOfTheFleet_areMapped() {
    var config =
        from(
            reader(
                Map.of(
                    "api.cors_origins", "https://a.example, null,,*",
                    "api.event_loops", "3",
                    "api.replay_max_bytes", "1000",
                    "api.metrics_max_age", "0",
                    "api.forget_after", "1h",
                    "api.limits.websockets_per_address", "0",
                    "api.limits.upgrades_per_second", "1",
                    "api.limits.message_bytes", "125",
                    "api.limits.wrong_tokens", "7")));

    assertThat(config.access().corsOrigins()).containsExactly("https://a.example", "null", "*");
    assertThat(config.eventLoops()).isEqualTo(3);
    assertThat(config.streams().replayMaxBytes()).isEqualTo(1000);
    assertThat(config.metricsMaxAge()).isZero();
    assertThat(config.forgetAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(config.webSockets().limits()).isEqualTo(new WebSocketLimits(0, 1, 125));
    assertThat(config.access().maxWrongTokens()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:9090", "[::]:9090", "192.0.2.7:9090", "[2001:db8::7]:9090"})
  void from_publicAddressWithoutToken_isRejectedWithBothRemedies(String address) {
    var reader = reader(Map.of("api.listen.main", address));

    from(reader);

    assertThat(reader.problems())
        .singleElement()
        .asString()
        .startsWith("api.listen.main (command line): " + address)
        .contains("--token", "--insecure");
  }

  @Test
  void from_severalPublicAddresses_eachIsAProblem() {
    var reader = reader(Map.of("api.listen.main", "0.0.0.0:1", "api.listen.rest", "0.0.0.0:2"));

    from(reader);

    assertThat(reader.problems()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"api.token, secret", "api.insecure, true"})
  void from_publicAddressWithTokenOrInsecure_isAccepted(String key, String value) {
    var settings = new HashMap<String, String>(Map.of("api.listen.main", "0.0.0.0:9090"));
    settings.put(key, value);
    var reader = reader(settings);

    assertThat(from(reader).listen().addresses())
        .containsEntry("api.listen.main", new HostPort("0.0.0.0", 9090));
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "127.8.9.1:9090", "[::1]:9090", "localhost:9090", "off"})
  void from_loopback_needsNoToken(String address) {
    var reader = reader(Map.of("api.listen.main", address));

    from(reader);

    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_unixSocket_isAPathOrTheDefaultOrOff() {
    assertThat(from(reader(Map.of("api.listen.unix", "/srv/m.sock"))).listen().unixSocket())
        .contains(Path.of("/srv/m.sock"));
    assertThat(from(reader(Map.of("api.listen.unix", "./m.sock"))).listen().unixSocket())
        .get()
        .satisfies(path -> assertThat(path).isAbsolute());
    assertThat(from(reader(Map.of("api.listen.unix", "off"))).listen().unixSocket()).isEmpty();
    assertThat(from(reader(Map.of("api.listen.unix", "on"))).listen().unixSocket())
        .isEqualTo(UnixSocket.defaultPath());
    var typo = reader(Map.of("api.listen.unix", "onn"));
    from(typo);
    assertThat(typo.problems()).singleElement().asString().contains("onn", "off", "path");
  }

  @Test
  void from_valuesOutOfRange_areProblems() {
    var reader =
        reader(
            Map.of(
                "api.listen.main", "9090",
                "api.insecure", "maybe",
                "api.max_subscribers", "-1",
                "api.call_timeout", "1ms"));

    from(reader);

    assertThat(reader.problems()).hasSize(4);
  }

  @Test
  void from_blankToken_isNoToken() {
    var reader = reader(Map.of("api.listen.main", "0.0.0.0:9090", "api.token", " "));

    from(reader);

    assertThat(reader.problems()).hasSize(1);
  }

  @Test
  void toString_doesNotContainTheToken() {
    assertThat(from(reader(Map.of("api.token", "s3cret"))).toString())
        .contains("token=set", "127.0.0.1:9090")
        .doesNotContain("s3cret");
  }

  private static ApiConfig from(ConfigReader reader) {
    return ApiConfig.from(reader, Path.of("/data"));
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
