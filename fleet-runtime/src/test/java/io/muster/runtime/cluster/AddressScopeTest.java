package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressScopeTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, WILDCARD",
    "::, WILDCARD",
    "127.0.0.1, LOOPBACK",
    "127.9.9.9, LOOPBACK",
    "::1, LOOPBACK",
    "10.1.2.3, PRIVATE",
    "172.15.0.1, PUBLIC",
    "172.16.0.1, PRIVATE",
    "172.31.255.254, PRIVATE",
    "172.32.0.1, PUBLIC",
    "192.168.1.1, PRIVATE",
    "192.169.1.1, PUBLIC",
    "169.254.1.1, PRIVATE",
    "100.63.255.255, PUBLIC",
    "100.64.0.1, PRIVATE",
    "100.127.255.254, PRIVATE",
    "100.128.0.1, PUBLIC",
    "8.8.8.8, PUBLIC",
    "fe80::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fd12:3456::1, PRIVATE",
    "fbff::1, PUBLIC",
    "2001:db8::1, PUBLIC",
    "::ffff:8.8.8.8, PUBLIC",
    "::ffff:10.0.0.1, PRIVATE"
  })
  void of_address_returnsItsScope(String address, AddressScope scope) throws UnknownHostException {
    assertThat(AddressScope.of(InetAddress.getByName(address))).isEqualTo(scope);
  }
}
