package io.muster.api.listener;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Limits of connections.
 *
 * @param headerTimeout maximum time for the head of a request, including the TLS handshake
 * @param idleTimeout maximum time in which a client sends and reads nothing
 * @param maxConnections maximum number of open TCP connections; 0 for no limit
 */
public record ConnectionLimits(Duration headerTimeout, Duration idleTimeout, int maxConnections) {
  private static final Duration MIN = Duration.ofMillis(100);

  /** The open files that are kept for the cluster, the database and the JVM. */
  private static final long RESERVED_OPEN_FILES = 500;

  static ConnectionLimits from(ConfigReader reader) {
    return new ConnectionLimits(
        reader.duration(
            "api.limits.header_timeout", Duration.ofSeconds(5), MIN, Duration.ofMinutes(1)),
        reader.duration("api.limits.idle_timeout", Duration.ofMinutes(1), MIN, Duration.ofDays(1)),
        reader.integer("api.limits.connections", 20_000, 0, 1_000_000));
  }

  /**
   * Returns the maximum number of open TCP connections of a process that may have this many open
   * files: clients must not take the last ones, because Hazelcast leaves the cluster for good when
   * it cannot accept a connection, and PostgreSQL is not reached.
   */
  int maxConnections(long maxOpenFiles) {
    var available = Math.max(maxOpenFiles - RESERVED_OPEN_FILES, maxOpenFiles / 4);
    return maxConnections == 0 || maxConnections > available
        ? (int) Math.min(available, Integer.MAX_VALUE)
        : maxConnections;
  }
}
