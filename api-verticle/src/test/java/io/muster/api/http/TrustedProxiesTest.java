package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedProxiesTest {
  private static final String PROXY = "10.0.0.1";
  private static final String CLIENT = "192.0.2.7";

  private final TrustedProxies proxies =
      TrustedProxies.from(
          new ConfigReader(
              SettingSources.of(Map.of("api.trusted_proxies", "10.0.0.0/8, fd00::1"))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7",
        "192.0.2.7:4711",
        "203.0.113.9, 192.0.2.7",
        "garbage, 192.0.2.7",
        "192.0.2.7, 10.0.0.9",
        "203.0.113.9, 192.0.2.7, 10.0.0.9 , 10.0.0.8",
        "192.0.2.7, fd00::1",
        " ,192.0.2.7, ,",
        "[::ffff:192.0.2.7]:1"
      })
  void clientAddress_behindATrustedProxy_isTheLastUntrustedHop(String forwardedFor) {
    assertThat(clientAddress(PROXY, List.of(forwardedFor), "203.0.113.1")).isEqualTo(CLIENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7, garbage",
        "unknown",
        "192.0.2.7, garbage, 10.0.0.9",
        "192.0.2.7;10.0.0.9",
        "for=192.0.2.7"
      })
  void clientAddress_malformedHeader_isThePeer(String forwardedFor) {
    assertThat(clientAddress(PROXY, List.of(forwardedFor), "203.0.113.1")).isEqualTo(PROXY);
  }

  @Test
  void clientAddress_untrustedPeer_isThePeer() {
    assertThat(clientAddress("198.51.100.1", List.of(CLIENT), CLIENT)).isEqualTo("198.51.100.1");
    var untrusted =
        TrustedProxies.none()
            .clientAddress(
                ClientAddress.parse(PROXY).orElseThrow(), headers(List.of(CLIENT), CLIENT));
    assertThat(untrusted).hasToString(PROXY);
  }

  @Test
  void clientAddress_severalHeaders_areOneList() {
    assertThat(clientAddress(PROXY, List.of("203.0.113.9", CLIENT, "10.0.0.9"), ""))
        .isEqualTo(CLIENT);
  }

  @Test
  void clientAddress_nothingForwarded_isTheRealIpOrThePeer() {
    assertThat(clientAddress(PROXY, List.of(), " " + CLIENT)).isEqualTo(CLIENT);
    assertThat(clientAddress(PROXY, List.of("10.0.0.9"), CLIENT)).isEqualTo(CLIENT);
    assertThat(clientAddress(PROXY, List.of(""), "nonsense")).isEqualTo(PROXY);
    assertThat(clientAddress(PROXY, List.of("10.0.0.9"), "")).isEqualTo(PROXY);
  }

  private String clientAddress(String peer, List<String> forwardedFor, String realAddress) {
    return proxies
        .clientAddress(ClientAddress.parse(peer).orElseThrow(), headers(forwardedFor, realAddress))
        .toString();
  }

  private static MultiMap headers(List<String> forwardedFor, String realAddress) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("x-forwarded-for", forwardedFor);
    return realAddress.isEmpty() ? headers : headers.add("x-real-ip", realAddress);
  }
}
