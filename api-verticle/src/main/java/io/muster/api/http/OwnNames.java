package io.muster.api.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names and addresses by which clients may address this node: {@code localhost}, its host name,
 * the addresses of this machine, {@code api.hosts}, and the hosts of the fleet, whose names {@code
 * all-smi view} uses. None of them is asked of a name server, whose answers an attacker may choose.
 * Safe for use by any thread.
 */
public final class OwnNames {
  private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(30);
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,254}$)[A-Za-z0-9_-]{1,63}(?:\\.[A-Za-z0-9_-]{1,63})*\\.?");

  /** The usual ones in the form of a Host header, which are found without parsing. */
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names;
  private final Set<InetAddress> configuredAddresses;
  private final Predicate<String> isFleetHost;
  private volatile Set<InetAddress> interfaceAddresses = Set.of();

  private OwnNames(
      Set<String> names, Set<InetAddress> configuredAddresses, Predicate<String> isFleetHost) {
    this.names = Set.copyOf(names);
    this.configuredAddresses = Set.copyOf(configuredAddresses);
    this.isFleetHost = isFleetHost;
  }

  /**
   * Creates the names of a node.
   *
   * @param hostname host name; if it contains dots, its first label is a name too
   * @param hosts additional names and addresses
   * @param isFleetHost returns true for the name of a host of the fleet
   */
  public static OwnNames of(String hostname, List<String> hosts, Predicate<String> isFleetHost) {
    var names = new HashSet<>(LOOPBACK);
    names.add(normalize(hostname));
    if (ClientAddress.parseBare(hostname).isEmpty()) {
      names.add(normalize(hostname.split("\\.", 2)[0]));
    }
    hosts.forEach(host -> names.add(normalize(host)));
    var addresses =
        hosts.stream()
            .flatMap(host -> ClientAddress.parseBare(normalize(host)).stream())
            .map(ClientAddress::address)
            .collect(Collectors.toSet());
    return new OwnNames(names, addresses, isFleetHost);
  }

  /** Returns true for a name or an address without a port; IPv6 with or without brackets. */
  static boolean isHost(String text) {
    return NAME.matcher(text).matches() || ClientAddress.parseBare(normalize(text)).isPresent();
  }

  /** The form in which hosts are compared: lower case, without brackets or a trailing dot. */
  static String normalize(String host) {
    var lowerCase = host.toLowerCase(Locale.ROOT);
    if (lowerCase.startsWith("[") && lowerCase.endsWith("]")) {
      return lowerCase.substring(1, lowerCase.length() - 1);
    }
    return lowerCase.endsWith(".") ? lowerCase.substring(0, lowerCase.length() - 1) : lowerCase;
  }

  /**
   * Reads the addresses of the network interfaces: now, and on worker threads every 30 s until the
   * verticle of the caller stops. In between, a new address is known by the connections to it.
   */
  Future<Void> start(Vertx vertx) {
    vertx.setPeriodic(REFRESH_INTERVAL.toMillis(), timer -> readInterfaceAddresses(vertx));
    return readInterfaceAddresses(vertx);
  }

  /**
   * Returns true if the host is one of this node.
   *
   * @param host host as it is written in the request, without a port
   * @param connectedAddress returns the address to which the client has connected
   */
  boolean contains(String host, Supplier<Optional<ClientAddress>> connectedAddress) {
    if (names.contains(host)) {
      return true;
    }
    var normalized = normalize(host);
    return names.contains(normalized)
        || ClientAddress.parseBare(normalized)
            .filter(address -> isOwn(address, connectedAddress))
            .isPresent()
        || isFleetHost.test(host);
  }

  /** Returns true also for 0.0.0.0 and ::, which clients connect to as to this machine. */
  private boolean isOwn(ClientAddress host, Supplier<Optional<ClientAddress>> connectedAddress) {
    var address = host.address();
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || interfaceAddresses.contains(address)
        || configuredAddresses.contains(address)
        || connectedAddress.get().filter(host::equals).isPresent();
  }

  private Future<Void> readInterfaceAddresses(Vertx vertx) {
    return vertx
        .executeBlocking(OwnNames::interfaceAddresses, false)
        .onSuccess(read -> interfaceAddresses = read)
        .mapEmpty();
  }

  private static Set<InetAddress> interfaceAddresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(address -> new ClientAddress(address).address())
          .collect(Collectors.toUnmodifiableSet());
    } catch (SocketException noInterface) {
      return Set.of();
    }
  }
}
