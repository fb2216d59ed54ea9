package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "192.0.2.7:4711, 192.0.2.7",
    "[192.0.2.7]:4711, 192.0.2.7",
    "2001:db8::7, 2001:db8:0:0:0:0:0:7",
    "[2001:DB8::7], 2001:db8:0:0:0:0:0:7",
    "[2001:db8::7]:4711, 2001:db8:0:0:0:0:0:7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "[::ffff:c000:207]:1, 192.0.2.7",
    "::1, 0:0:0:0:0:0:0:1"
  })
  void parse_addressAsHeadersHaveIt_isThatAddress(String text, String address) {
    assertThat(ClientAddress.parse(text).orElseThrow()).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "unknown",
        "_hidden",
        "localhost",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.7:",
        "192.0.2.7:http",
        "192.0.2.7:123456",
        "[2001:db8::7",
        "2001:db8::7]",
        "[]",
        "[]:1",
        "[192.0.2.7]x",
        "fe80::1%eth0",
        "1:2:3",
        "\"192.0.2.7\"",
        "192.0.2.7 192.0.2.8"
      })
  void parse_anythingElse_isEmpty(String text) {
    assertThat(ClientAddress.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.7, ::ffff:192.0.2.7, true",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2::, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::, 0.0.0.0, false"
  })
  void limitKey_isTheAddressOrTheNetworkOfIt(String one, String other, boolean same) {
    assertThat(key(one).equals(key(other))).isEqualTo(same);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.1.2.3/8, 10.9.9.9, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "0.0.0.0/0, 192.0.2.7, true",
    "0.0.0.0/0, ::1, false",
    "::/0, 192.0.2.7, false",
    "::/0, 2001:db8::1, true",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe80::1, false",
    "127.0.0.1, ::ffff:127.0.0.1, true"
  })
  void cidrBlock_addressWithItsPrefix_isContained(String block, String address, boolean contained) {
    var parsed = CidrBlock.parse(block).orElseThrow();

    assertThat(parsed.contains(ClientAddress.parse(address).orElseThrow())).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0/8",
        "::/129",
        "/8",
        "10.0.0.0/-1"
      })
  void cidrBlock_parseAnythingElse_isEmpty(String text) {
    assertThat(CidrBlock.parse(text)).isEmpty();
  }

  private static Object key(String text) {
    return Optional.of(text).flatMap(ClientAddress::parse).orElseThrow().limitKey();
  }
}
