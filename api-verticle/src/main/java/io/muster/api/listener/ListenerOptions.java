package io.muster.api.listener;

import com.sun.management.UnixOperatingSystemMXBean;
import io.muster.api.tls.ServerIdentity;
import io.netty.handler.ssl.SslContext;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options that the listeners of all event loops share.
 *
 * @param identity current certificate for TLS clients; empty without a TLS listener
 * @param metrics metrics of their connections
 * @param maxConnections maximum number of open TCP connections; 0 for no limit
 */
public record ListenerOptions(
    ListenConfig config,
    Optional<Supplier<ServerIdentity>> identity,
    ConnectionMetrics metrics,
    int maxConnections) {
  private static final Logger log = LoggerFactory.getLogger(ListenerOptions.class);

  /** Creates the options. */
  public static ListenerOptions create(
      ListenConfig config, Optional<Supplier<ServerIdentity>> identity, ConnectionMetrics metrics) {
    var maxOpenFiles = maxOpenFiles();
    var maxConnections = config.limits().maxConnections(maxOpenFiles);
    if (maxConnections != config.limits().maxConnections()) {
      log.debug(
          "connections are limited by the open files of this process max_connections={}"
              + " max_open_files={}",
          maxConnections,
          maxOpenFiles);
    }
    return new ListenerOptions(config, identity, metrics, maxConnections);
  }

  /** The TLS context for a new connection of the listener; empty if it is not encrypted. */
  Optional<SslContext> sslContext(String key) {
    return identity
        .filter(opened -> key.equals(ListenConfig.TLS))
        .map(opened -> opened.get().context());
  }

  private static long maxOpenFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
