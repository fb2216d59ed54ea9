package io.muster.runtime.cluster;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether and where this node takes part in a cluster. Without {@code cluster.join} and {@code
 * cluster.listen} it does not, and opens no port.
 *
 * @param seeds members to look for; the own address among them does no harm, so that all nodes of a
 *     fleet can have the same list
 * @param listen address of the Hazelcast member, an IP address of this machine; empty if the node
 *     is not clustered
 * @param isPortFixed false if another free port will do as well (up to {@link #DEFAULT_PORT_COUNT}
 *     are tried)
 * @param busListen address of the event bus; port 0 lets the system choose
 * @param name the cluster's name: a member with another name is refused. It travels in clear text
 * @param isLite the node holds no part of the subscription table, and cannot run while no other
 *     member does
 */
public record ClusterConfig(
    List<HostPort> seeds,
    Optional<HostPort> listen,
    boolean isPortFixed,
    HostPort busListen,
    String name,
    boolean isLite) {
  /** The first port that is tried when none is given. */
  static final int FIRST_DEFAULT_PORT = 5701;

  /** How many ports are tried when none is given. */
  static final int DEFAULT_PORT_COUNT = 20;

  private static final String JOIN = "cluster.join";
  private static final String LISTEN = "cluster.listen";
  private static final String BUS_LISTEN = "cluster.bus_listen";
  private static final String NAME = "cluster.name";
  private static final String OFF = "off";
  private static final String DEFAULT_NAME = "muster";
  private static final Pattern NAME_FORMAT = Pattern.compile("[\\x21-\\x7E]{1,128}");
  private static final HostPort ANY_LOOPBACK_PORT = new HostPort("127.0.0.1", 0);

  public ClusterConfig {
    seeds = List.copyOf(seeds);
  }

  /** A node that is not clustered. */
  public static ClusterConfig standalone() {
    return new ClusterConfig(
        List.of(), Optional.empty(), false, ANY_LOOPBACK_PORT, DEFAULT_NAME, false);
  }

  /**
   * The node that the settings describe. Host names are resolved and looked up among the addresses
   * of this machine, which may take a moment.
   */
  public static ClusterConfig from(ConfigReader reader) {
    var seeds = reader.addresses(JOIN);
    if (seeds.stream().anyMatch(seed -> seed.port() == 0)) {
      reader.addProblem(JOIN, "a seed needs the port on which it listens, not 0");
    }
    var configuredListen = reader.listener(LISTEN, OFF);
    var configuredBusListen = reader.listener(BUS_LISTEN, OFF);
    var name = reader.text(NAME, DEFAULT_NAME);
    if (!NAME_FORMAT.matcher(name).matches()) {
      reader.addProblem(NAME, "'" + name + "' is not 1 to 128 printable characters without blanks");
    }
    var lite = reader.flag("cluster.lite", false);
    var listenAddresses = new ListenAddressResolver(reader, reader.flag("cluster.public", false));
    if (configuredListen.isEmpty() && seeds.isEmpty()) {
      configuredBusListen.ifPresent(
          unused ->
              reader.addProblem(BUS_LISTEN, "has no effect without " + JOIN + " or " + LISTEN));
      return new ClusterConfig(seeds, Optional.empty(), false, ANY_LOOPBACK_PORT, name, lite);
    }
    var listen =
        configuredListen
            .map(address -> listenAddresses.resolve(LISTEN, address))
            .orElseGet(() -> listenAddresses.findLocalAddress(JOIN, seeds, FIRST_DEFAULT_PORT));
    var busListen =
        configuredBusListen
            .map(address -> listenAddresses.resolve(BUS_LISTEN, address))
            .orElseGet(() -> new HostPort(listen.host(), 0));
    return new ClusterConfig(
        seeds, Optional.of(listen), configuredListen.isPresent(), busListen, name, lite);
  }

  /** Whether this node is a member of a cluster, if only of one that consists of itself. */
  public boolean isClustered() {
    return listen.isPresent();
  }
}
