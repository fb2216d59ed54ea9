package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.muster.runtime.config.SettingSources;
import io.muster.schema.client.HostName;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterConfigTest {
  private static final String SECRET = "sixteen bytes: ok";

  @Test
  void from_noKey_isNotClustered() {
    var reader = reader(Map.of());

    assertThat(ClusterConfig.from(reader))
        .isEqualTo(
            new ClusterConfig(
                List.of(),
                Optional.empty(),
                false,
                new HostPort("127.0.0.1", 0),
                "muster",
                false,
                Secret.NONE,
                false,
                Optional.empty()));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_everyKey_isRead() {
    var reader =
        reader(
            Map.of(
                "cluster.join", "127.0.0.1:5701,127.0.0.1:5702",
                "cluster.listen", "127.0.0.1:5702",
                "cluster.bus_listen", "127.0.0.1:5802",
                "cluster.name", "rack-7",
                "cluster.lite", "true",
                "cluster.public", "true",
                "cluster.secret", SECRET,
                "cluster.insecure", "true"));

    assertThat(ClusterConfig.from(reader))
        .isEqualTo(
            new ClusterConfig(
                List.of(new HostPort("127.0.0.1", 5701), new HostPort("127.0.0.1", 5702)),
                Optional.of(new HostPort("127.0.0.1", 5702)),
                true,
                new HostPort("127.0.0.1", 5802),
                "rack-7",
                true,
                new Secret(SECRET),
                true,
                Optional.empty()));
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_joinOfLoopback_listensOnLoopbackWithAnyFreePort() {
    var config = ClusterConfig.from(reader(Map.of("cluster.join", "127.0.0.1:7000,[::1]:7001")));

    assertThat(config.listen()).contains(new HostPort("127.0.0.1", 5701));
    assertThat(config.isPortFixed()).isFalse();
    assertThat(config.busListen()).isEqualTo(new HostPort("127.0.0.1", 0));
  }

  @Test
  void from_joinOfUnknownHost_requiresListen() {
    assertThat(problems("cluster.join", "no-such-host.invalid:5701"))
        .contains("no seed has a known address and a route to it", "cluster.listen");
  }

  @Test
  void from_seedWithPortZero_isAProblem() {
    assertThat(problems("cluster.join", "127.0.0.1:0")).contains("a seed needs a port, not 0");
  }

  @Test
  void from_publicAddress_isRejectedWithRemedies() {
    assertThat(problems("cluster.listen", "8.8.8.8:5701"))
        .contains("8.8.8.8 is a public address", "not encrypted")
        .contains("cluster.listen", "tunnel", "cluster.public=true");
  }

  @Test
  void from_publicAddressAllowed_mustStillBeLocal() {
    var reader =
        reader(
            Map.of(
                "cluster.listen",
                "8.8.8.8:5701",
                "cluster.public",
                "true",
                "cluster.secret",
                SECRET));

    ClusterConfig.from(reader);

    assertThat(reader.problems())
        .singleElement()
        .asString()
        .contains("no interface of this machine has the address 8.8.8.8");
  }

  @Test
  void from_publicBusAddress_isRejected() {
    var reader = reader(Map.of("cluster.listen", "127.0.0.1:0", "cluster.bus_listen", "8.8.8.8:0"));

    ClusterConfig.from(reader);

    assertThat(String.join("\n", reader.problems()))
        .contains("cluster.bus_listen", "8.8.8.8 is a public address");
  }

  @Test
  void from_wildcard_isRejected() {
    assertThat(problems("cluster.listen", "0.0.0.0:5701"))
        .contains("0.0.0.0 is the wildcard address");
  }

  @Test
  void from_busListenAlone_isAProblem() {
    assertThat(problems("cluster.bus_listen", "127.0.0.1:5801")).contains("has no effect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my fleet", "\"fleet\"", "<b>", "rack/7", "flotte-\u00e4", "a\u200db"})
  void from_nameThatNoHostHas_isAProblem(String name) {
    assertThat(problems("cluster.name", name)).contains("'" + name + "'");
  }

  @Test
  void from_longName_isAProblemIfNoHostCanHaveIt() {
    var longest = "x".repeat(HostName.MAX_BYTES);
    var reader = reader(Map.of("cluster.name", longest));

    assertThat(ClusterConfig.from(reader).name()).isEqualTo(longest);
    assertThat(reader.problems()).isEmpty();
    assertThat(problems("cluster.name", longest + "x")).contains("1 to 64 letters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1:5701", "8.8.8.8:5701", "[fd00::1]:5701"})
  void from_openListenerWithoutSecret_isRejectedWithRemedies(String address) {
    for (var key : List.of("cluster.listen", "cluster.bus_listen")) {
      var settings = new HashMap<>(Map.of("cluster.listen", "127.0.0.1:0"));
      settings.put(key, address);
      var reader = reader(settings);

      ClusterConfig.from(reader);

      assertThat(reader.problems())
          .filteredOn(line -> line.contains("without a secret"))
          .singleElement()
          .asString()
          .startsWith(key + " (command line): other hosts can reach ")
          .contains("`muster cluster secret`", "cluster.secret_file", "cluster.insecure=true");
    }
  }

  @Test
  void from_joinFromAnOpenAddressWithoutSecret_isRejected() throws SocketException {
    var settings = Map.of("cluster.join", new HostPort(openAddress(), 5701).toString());

    var reader = reader(settings);
    ClusterConfig.from(reader);

    assertThat(String.join("\n", reader.problems()))
        .contains("cluster.join (command line): other hosts can reach ");
  }

  @ParameterizedTest
  @CsvSource({"cluster.secret, " + SECRET, "cluster.insecure, true"})
  void from_openListenerWithSecretOrInsecure_isAccepted(String key, String value)
      throws SocketException {
    var address = new HostPort(openAddress(), 5701);
    var reader =
        reader(Map.of("cluster.listen", address.toString(), "cluster.public", "true", key, value));

    assertThat(ClusterConfig.from(reader).listen()).contains(address);
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void from_loopbackWithoutSecret_isAccepted() {
    assertThat(problems("cluster.listen", "localhost:5701")).isEmpty();
  }

  @Test
  void from_shortSecret_isRejectedWithoutShowingIt() {
    assertThat(problems("cluster.secret", "fifteen bytes!!"))
        .contains("cluster.secret (command line): must have at least 16 bytes")
        .doesNotContain("fifteen");
  }

  /** The address of an interface of this machine that is not the loopback interface. */
  private static String openAddress() throws SocketException {
    var address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
            .map(InetAddress::getHostAddress)
            .findFirst();
    assumeTrue(address.isPresent(), "this machine has no address beyond loopback");
    return address.orElseThrow();
  }

  private static String problems(String key, String value) {
    var reader = reader(Map.of(key, value));
    ClusterConfig.from(reader);
    return String.join("\n", reader.problems());
  }

  private static ConfigReader reader(Map<String, String> settings) {
    return new ConfigReader(SettingSources.of(settings));
  }
}
