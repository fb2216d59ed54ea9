package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNamesTest {
  private final OwnNames names =
      OwnNames.of(
          "GPU-01.example.org",
          List.of("Metrics.example.", "192.0.2.7", "[2001:db8::7]"),
          "sim-0001"::equals);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1.",
        "127.8.9.10",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "[::]",
        "gpu-01",
        "gpu-01.EXAMPLE.org",
        "gpu-01.example.org.",
        "metrics.example",
        "192.0.2.7",
        "[2001:DB8:0::7]",
        "sim-0001"
      })
  void contains_ownNameOrAddress_isTrue(String host) {
    assertThat(contains(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attacker.example",
        "localhost.attacker.example",
        "attacker.localhost",
        "localhost..",
        ".localhost",
        "127.0.0.1.attacker.example",
        "gpu-01.attacker.example",
        "gpu-02.example.org",
        "example.org",
        "192.0.2.8",
        "[2001:db8::8]",
        "[::1",
        "2130706433",
        "0x7f.1",
        "%6cocalhost",
        "local host",
        "sim-0002",
        "*",
        ""
      })
  void contains_anyOtherText_isFalse(String host) {
    assertThat(contains(host)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"203.0.113.5, true", "203.0.113.6, false"})
  void contains_addressOfTheConnection_isTrue(String host, boolean expected) {
    assertThat(names.contains(host, () -> ClientAddress.parseBare("203.0.113.5")))
        .isEqualTo(expected);
  }

  @Test
  void of_addressAsHostname_doesNotMakeItsFirstPartAName() {
    var named = OwnNames.of("10.0.0.5", List.of(), host -> false);

    assertThat(named.contains("10.0.0.5", Optional::empty)).isTrue();
    assertThat(named.contains("10", Optional::empty)).isFalse();
  }

  @Test
  void start_addressesOfTheInterfaces_areKnown() throws SocketException {
    var vertx = Vertx.vertx();
    try {
      names.start(vertx).toCompletionStage().toCompletableFuture().join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
        .isNotEmpty()
        .allMatch(address -> contains(inUrl(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "gpu.example, true",
    "a_b.example., true",
    "10.0.0.1, true",
    "fd00::1, true",
    "[fd00::1], true",
    "gpu.example:9090, false",
    "[fd00::1]:9090, false",
    "http://gpu.example, false",
    "gpu..example, false",
    "*.example, false",
    "a b, false"
  })
  void isHost_namesAndAddressesOnly(String text, boolean expected) {
    assertThat(OwnNames.isHost(text)).isEqualTo(expected);
  }

  private boolean contains(String host) {
    return names.contains(host, Optional::empty);
  }

  private static String inUrl(InetAddress address) {
    var text = address.getHostAddress().replaceFirst("%.*", "");
    return text.contains(":") ? "[" + text + "]" : text;
  }
}
