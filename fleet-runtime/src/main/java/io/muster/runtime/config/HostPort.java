package io.muster.runtime.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A TCP address.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 0..65535; with 0 the system chooses a port
 */
public record HostPort(String host, int port) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern FORMAT =
      Pattern.compile(
          "(?:\\[([0-9a-fA-F]*:[0-9a-fA-F:.]+(?:%[0-9a-zA-Z._-]+)?)]|([^:\\[\\]\\s]+)):([0-9]{1,5})");

  public HostPort {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port=" + port + ": expected 0 to " + MAX_PORT);
    }
  }

  /** Parses {@code host:port} or {@code [ipv6]:port}; empty if the text is neither. */
  public static Optional<HostPort> parse(String text) {
    var matcher = FORMAT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
      return Optional.empty();
    }
    var host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return Optional.of(new HostPort(host, Integer.parseInt(matcher.group(3))));
  }

  /** {@code host:port}, with brackets around an IPv6 address. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
