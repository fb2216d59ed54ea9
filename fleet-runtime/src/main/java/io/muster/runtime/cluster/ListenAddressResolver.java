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
 * Finds the address on which a cluster port may listen, and adds a problem for a configured address
 * that is unsuitable.
 */
final class ListenAddressResolver {
  private final ConfigReader reader;
  private final boolean isOpenAllowed;
  private final boolean isPublicAllowed;

  /**
   * Creates a resolver.
   *
   * @param isOpenAllowed true if other hosts may reach the port
   * @param isPublicAllowed true if even the hosts of other networks may
   */
  ListenAddressResolver(ConfigReader reader, boolean isOpenAllowed, boolean isPublicAllowed) {
    this.reader = reader;
    this.isOpenAllowed = isOpenAllowed;
    this.isPublicAllowed = isPublicAllowed;
  }

  /** Returns the configured address with its host resolved. */
  HostPort resolve(String key, HostPort address) {
    var resolved = lookUp(address.host());
    if (resolved.isEmpty()) {
      reader.addProblem(key, "unknown host name '" + address.host() + "'");
      return address;
    }
    return validate(key, resolved.get(), address.port());
  }

  /**
   * Returns the loopback address if all seeds are on it, or else the local address that routes to
   * the first seed.
   */
  HostPort findLocalAddress(String key, List<HostPort> seeds, int port) {
    var resolved = seeds.stream().map(HostPort::host).map(ListenAddressResolver::lookUp).toList();
    if (resolved.stream().allMatch(Optional::isPresent)
        && resolved.stream().flatMap(Optional::stream).allMatch(InetAddress::isLoopbackAddress)) {
      return validate(key, resolved.get(0).orElseThrow(), port);
    }
    var first = resolved.stream().flatMap(Optional::stream).findFirst();
    var local = first.flatMap(ListenAddressResolver::findSourceAddress);
    if (local.isEmpty()) {
      reader.addProblem(
          key,
          "no seed has a known address and a route to it: set cluster.listen to the address of this"
              + " node");
      return seeds.get(0);
    }
    return validate(key, local.get(), port);
  }

  private HostPort validate(String key, InetAddress address, int port) {
    var host = address.getHostAddress();
    switch (AddressScope.of(address)) {
      case WILDCARD ->
          reader.addProblem(
              key,
              host
                  + " is the wildcard address: set the one address that the other nodes connect"
                  + " to");
      case PUBLIC -> {
        rejectOpen(key, host);
        rejectPublic(key, host);
      }
      case PRIVATE -> rejectOpen(key, host);
      case LOOPBACK -> {}
    }
    if (!isLocal(address)) {
      reader.addProblem(key, "no interface of this machine has the address " + host);
    }
    return new HostPort(host, port);
  }

  private void rejectOpen(String key, String host) {
    if (!isOpenAllowed) {
      reader.addProblem(
          key,
          "other hosts can reach "
              + host
              + ", and without a secret anyone who does controls the cluster: create a secret with"
              + " `muster cluster secret` and give it to all nodes in a file (cluster.secret_file),"
              + " listen on loopback, or accept it with cluster.insecure=true");
    }
  }

  private void rejectPublic(String key, String host) {
    if (!isPublicAllowed) {
      reader.addProblem(
          key,
          host
              + " is a public address, and the traffic of the member port is not encrypted: listen"
              + " on a private address (cluster.listen), use a tunnel such as WireGuard, or accept"
              + " it with cluster.public=true");
    }
  }

  private static boolean isLocal(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unreadable) {
      return true; // A wrong address fails when the port is bound.
    }
  }

  private static Optional<InetAddress> lookUp(String host) {
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /**
   * Looks up the local address in the routing table: connecting a datagram socket sends nothing.
   */
  private static Optional<InetAddress> findSourceAddress(InetAddress remote) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(remote, ClusterConfig.FIRST_DEFAULT_PORT));
      return Optional.of(socket.getLocalAddress()).filter(local -> !local.isAnyLocalAddress());
    } catch (IOException | RuntimeException unreachable) {
      return Optional.empty();
    }
  }
}
