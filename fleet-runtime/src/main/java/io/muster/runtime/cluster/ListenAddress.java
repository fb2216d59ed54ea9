package io.muster.runtime.cluster;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Finds the address on which a port without authentication may listen, and says what is wrong with
 * one that was given.
 */
final class ListenAddress {
  private final ConfigReader reader;
  private final boolean publicAllowed;

  ListenAddress(ConfigReader reader, boolean publicAllowed) {
    this.reader = reader;
    this.publicAllowed = publicAllowed;
  }

  /** The address that was given, its host resolved. */
  HostPort given(String key, HostPort address) {
    var resolved = resolve(address.host());
    if (resolved.isEmpty()) {
      reader.problem(key, "the host name '" + address.host() + "' is unknown");
      return address;
    }
    return checked(key, resolved.get(), address.port());
  }

  /** The loopback address if all seeds are there, else the one from which the first is reached. */
  HostPort towards(String key, List<HostPort> seeds, int port) {
    var resolved = seeds.stream().map(HostPort::host).map(ListenAddress::resolve).toList();
    if (resolved.stream().allMatch(Optional::isPresent)
        && resolved.stream().flatMap(Optional::stream).allMatch(InetAddress::isLoopbackAddress)) {
      return checked(key, resolved.get(0).orElseThrow(), port);
    }
    var first = resolved.stream().flatMap(Optional::stream).findFirst();
    var local = first.flatMap(ListenAddress::routeTo);
    if (local.isEmpty()) {
      reader.problem(
          key,
          "no seed has a known address and a route to it: give the address of this node as"
              + " cluster.listen");
      return seeds.get(0);
    }
    return checked(key, local.get(), port);
  }

  private HostPort checked(String key, InetAddress address, int port) {
    var host = address.getHostAddress();
    switch (AddressScope.of(address)) {
      case WILDCARD ->
          reader.problem(
              key, host + " is every interface: give the one address that the other nodes reach");
      case PUBLIC -> refusePublic(key, host);
      case LOOPBACK, PRIVATE -> {}
    }
    if (!isLocal(address)) {
      reader.problem(key, "no interface of this machine has the address " + host);
    }
    return new HostPort(host, port);
  }

  private void refusePublic(String key, String host) {
    if (!publicAllowed) {
      reader.problem(
          key,
          host
              + " is a public address, and the port has no authentication: whoever reaches it can"
              + " join. Listen on a private address (cluster.listen), lead the port through a"
              + " tunnel such as WireGuard, or accept it with cluster.public=true");
    }
  }

  private static boolean isLocal(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unreadable) {
      return true; // binding will tell
    }
  }

  private static Optional<InetAddress> resolve(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Asks the routing table: connecting a datagram socket sends nothing. */
  private static Optional<InetAddress> routeTo(InetAddress remote) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(remote, ClusterConfig.FIRST_PORT));
      return Optional.of(socket.getLocalAddress()).filter(local -> !local.isAnyLocalAddress());
    } catch (IOException | RuntimeException unreachable) {
      return Optional.empty();
    }
  }
}
