package io.muster.api.listener;

import io.muster.api.tls.TlsConfig;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The listeners of the api role.
 *
 * @param addresses TCP addresses by their key, in the order in which they are opened
 * @param optionalKeys keys of the addresses that are skipped if their port is taken, since they are
 *     defaults
 * @param unixSocket path of the Unix socket; empty for none
 * @param tls certificate of the TLS listener
 * @param limits limits of connections
 */
public record ListenConfig(
    Map<String, HostPort> addresses,
    Set<String> optionalKeys,
    Optional<Path> unixSocket,
    TlsConfig tls,
    ConnectionLimits limits) {
  /** Key of the listener that most clients use. */
  public static final String MAIN = "api.listen.main";

  /** Key of the listener at the port of the REST interface. */
  public static final String REST = "api.listen.rest";

  /** Key of the listener at the port of {@code /usage}. */
  public static final String USAGE = "api.listen.usage";

  /** Key of the listener at the port of socktop_agent. */
  public static final String SOCKTOP = "api.listen.socktop";

  /** Key of the TLS listener. */
  public static final String TLS = "api.listen.tls";

  private static final String OFF = "off";
  private static final String ON = "on";

  public ListenConfig {
    addresses = Collections.unmodifiableMap(new LinkedHashMap<>(addresses));
    optionalKeys = Set.copyOf(optionalKeys);
  }

  /**
   * Reads the settings.
   *
   * @param dataDirectory parent of the directory of the self-signed certificate
   */
  public static ListenConfig from(ConfigReader reader, Path dataDirectory) {
    var addresses = new LinkedHashMap<String, HostPort>();
    addListener(reader, MAIN, "127.0.0.1:9090", addresses);
    addListener(reader, REST, "127.0.0.1:18081", addresses);
    addListener(reader, USAGE, "127.0.0.1:33931", addresses);
    addListener(reader, SOCKTOP, "127.0.0.1:3000", addresses);
    addListener(reader, TLS, OFF, addresses);
    var optionalKeys =
        Set.of(USAGE, SOCKTOP).stream()
            .filter(key -> reader.text(key).isEmpty())
            .collect(Collectors.toSet());
    return new ListenConfig(
        addresses,
        optionalKeys,
        readUnixSocket(reader),
        TlsConfig.from(reader, dataDirectory),
        ConnectionLimits.from(reader));
  }

  /** Returns true if the TLS listener has a self-signed certificate. */
  public boolean hasSelfSignedCertificate() {
    return addresses.containsKey(TLS) && tls.configuredFiles().isEmpty();
  }

  private static void addListener(
      ConfigReader reader, String key, String defaultValue, Map<String, HostPort> addresses) {
    reader.listener(key, defaultValue).ifPresent(address -> addresses.put(key, address));
  }

  /** Reads the path; {@code on} is the default path. */
  private static Optional<Path> readUnixSocket(ConfigReader reader) {
    var text = reader.text(UnixSocket.KEY, OFF);
    if (text.equals(OFF)) {
      return Optional.empty();
    }
    if (text.equals(ON)) {
      var defaultPath = UnixSocket.defaultPath();
      if (defaultPath.isEmpty()) {
        reader.addProblem(UnixSocket.KEY, "neither /var/run nor /tmp is usable: set a path");
      }
      return defaultPath;
    }
    if (text.indexOf('/') < 0) {
      reader.addProblem(
          UnixSocket.KEY, "must be on, off, or a path with a slash in it: '" + text + "'");
      return Optional.empty();
    }
    return Optional.of(reader.path(UnixSocket.KEY, Path.of("/")).toAbsolutePath());
  }
}
