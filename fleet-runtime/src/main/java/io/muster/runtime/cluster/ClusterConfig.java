package io.muster.runtime.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.cluster.bus.BusCertificateFiles;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cluster settings of this node. Without {@code cluster.join} and {@code cluster.listen} the
 * node is not clustered and opens no port.
 *
 * @param seeds addresses of members to join; the node's own address among them is harmless, so that
 *     all nodes of a fleet can have the same list
 * @param listen address of the Hazelcast member, an IP address of this machine; empty if the node
 *     is not clustered
 * @param isPortFixed false if another free port may be used (up to {@link #DEFAULT_PORT_COUNT} are
 *     tried)
 * @param busListen address of the event bus; with port 0 the system chooses a port
 * @param name the cluster's name: a member with another name is rejected. The name is sent in clear
 *     text, and is the host name of frames of the fleet, so that it has the form of one
 * @param isLite true if the node stores no part of the subscription table; it then cannot run
 *     unless another member does
 * @param secret secret that all members share; if it is not set, whoever reaches a port of the
 *     cluster controls it
 * @param isInsecure true if the ports may be reachable from other hosts without a secret
 * @param busCertificate certificate of this node on the event bus, issued by an authority; if it is
 *     empty, the one that is derived from the secret
 */
public record ClusterConfig(
    List<HostPort> seeds,
    Optional<HostPort> listen,
    boolean isPortFixed,
    HostPort busListen,
    String name,
    boolean isLite,
    Secret secret,
    boolean isInsecure,
    Optional<BusCertificateFiles> busCertificate) {
  /** The first port that is tried if none is set. */
  static final int FIRST_DEFAULT_PORT = 5701;

  /** The number of ports that are tried if none is set. */
  static final int DEFAULT_PORT_COUNT = 20;

  private static final String JOIN = "cluster.join";
  private static final String LISTEN = "cluster.listen";
  private static final String BUS_LISTEN = "cluster.bus_listen";
  private static final String NAME = "cluster.name";
  private static final String SECRET = "cluster.secret";
  private static final String OFF = "off";
  private static final String DEFAULT_NAME = "muster";
  private static final Pattern NAME_FORMAT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final HostPort ANY_LOOPBACK_PORT = new HostPort("127.0.0.1", 0);
  private static final int MIN_SECRET_BYTES = 16;

  public ClusterConfig {
    seeds = List.copyOf(seeds);
  }

  /**
   * Reads the keys {@code cluster.*}. Host names are resolved and looked up among the addresses of
   * this machine, which may take a moment.
   */
  public static ClusterConfig from(ConfigReader reader) {
    var seeds = readSeeds(reader);
    var configuredListen = reader.listener(LISTEN, OFF);
    var configuredBusListen = reader.listener(BUS_LISTEN, OFF);
    var name = readName(reader);
    var lite = reader.flag("cluster.lite", false);
    var secret = readSecret(reader);
    var insecure = reader.flag("cluster.insecure", false);
    var certificate = BusCertificateFiles.from(reader);
    var listenAddresses =
        new ListenAddressResolver(
            reader, secret.isSet() || insecure, reader.flag("cluster.public", false));
    if (configuredListen.isEmpty() && seeds.isEmpty()) {
      configuredBusListen.ifPresent(
          unused ->
              reader.addProblem(BUS_LISTEN, "has no effect without " + JOIN + " or " + LISTEN));
      return new ClusterConfig(
          seeds,
          Optional.empty(),
          false,
          ANY_LOOPBACK_PORT,
          name,
          lite,
          secret,
          insecure,
          certificate);
    }
    var listen =
        configuredListen
            .map(address -> listenAddresses.resolve(LISTEN, address))
            .orElseGet(() -> listenAddresses.findLocalAddress(JOIN, seeds, FIRST_DEFAULT_PORT));
    var busListen =
        configuredBusListen
            .map(address -> listenAddresses.resolve(BUS_LISTEN, address))
            .orElseGet(() -> new HostPort(listen.host(), 0));
    var fixed = configuredListen.isPresent();
    return new ClusterConfig(
        seeds, Optional.of(listen), fixed, busListen, name, lite, secret, insecure, certificate);
  }

  private static List<HostPort> readSeeds(ConfigReader reader) {
    var seeds = reader.addresses(JOIN);
    if (seeds.stream().anyMatch(seed -> seed.port() == 0)) {
      reader.addProblem(JOIN, "a seed needs a port, not 0");
    }
    return seeds;
  }

  private static String readName(ConfigReader reader) {
    var name = reader.text(NAME, DEFAULT_NAME);
    if (!NAME_FORMAT.matcher(name).matches()) {
      reader.addProblem(
          NAME, "must be 1 to 64 letters, digits, dots, hyphens and underscores: '" + name + "'");
    }
    return name;
  }

  private static Secret readSecret(ConfigReader reader) {
    var secret = reader.secret(SECRET);
    if (secret.isSet() && secret.text().getBytes(UTF_8).length < MIN_SECRET_BYTES) {
      reader.addProblem(
          SECRET,
          "must have at least "
              + MIN_SECRET_BYTES
              + " bytes; `muster cluster secret` prints a suitable one");
    }
    return secret;
  }
}
