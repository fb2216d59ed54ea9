package io.muster.api;

import io.muster.api.http.TrustedProxies;
import io.muster.api.listener.ListenConfig;
import io.muster.api.socktop.SocktopConfig;
import io.muster.api.usage.UsageConfig;
import io.muster.api.websocket.WebSocketLimits;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the api role.
 *
 * @param listen the listeners and their limits
 * @param token token that every request must carry; not set if requests need none
 * @param corsOrigins origins whose pages may read responses; {@code *} for all
 * @param trustedProxies proxies whose forwarding headers are trusted
 * @param eventLoops event loops that serve connections
 * @param maxSubscribers maximum number of open {@code /events} streams; 0 for no limit
 * @param replayMaxBytes size of the replay ring, bytes
 * @param metricsMaxAge maximum age of this node's own metrics in {@code /metrics}
 * @param forgetAfter silence after which a host is removed from the fleet view
 * @param callTimeout timeout of a call to the registry or an aggregator by a REST request
 * @param sockets WebSocket limits of one client
 * @param socktop settings of the endpoint {@code /ws}
 * @param usage settings of the endpoint {@code /usage}
 */
public record ApiConfig(
    ListenConfig listen,
    Secret token,
    List<String> corsOrigins,
    TrustedProxies trustedProxies,
    int eventLoops,
    int maxSubscribers,
    long replayMaxBytes,
    Duration metricsMaxAge,
    Duration forgetAfter,
    Duration callTimeout,
    WebSocketLimits sockets,
    SocktopConfig socktop,
    UsageConfig usage) {
  private static final int MAX_EVENT_LOOPS = 64;

  public ApiConfig {
    corsOrigins = List.copyOf(corsOrigins);
  }

  /**
   * Reads the settings. An address other than loopback requires a token or {@code api.insecure}.
   *
   * @param dataDirectory parent of the directory of the self-signed certificate
   */
  public static ApiConfig from(ConfigReader reader, Path dataDirectory) {
    var listen = ListenConfig.from(reader, dataDirectory);
    var token = reader.secret("api.token");
    var insecure = reader.flag("api.insecure", false);
    if (!token.isSet() && !insecure) {
      listen.addresses().forEach((key, address) -> requireLoopback(reader, key, address));
    }
    return new ApiConfig(
        listen,
        token,
        reader.list("api.cors_origins"),
        TrustedProxies.from(reader),
        reader.integer("api.event_loops", defaultEventLoops(), 1, MAX_EVENT_LOOPS),
        reader.integer("api.max_subscribers", 256, 0, 1_000_000),
        reader.integer("api.replay_max_bytes", 16 << 20, 0, 1 << 30),
        reader.duration(
            "api.metrics_max_age", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1)),
        reader.duration(
            "api.forget_after", Duration.ofDays(1), Duration.ofMinutes(1), Duration.ofDays(365)),
        reader.duration(
            "api.call_timeout",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(1)),
        WebSocketLimits.from(reader),
        SocktopConfig.from(reader),
        UsageConfig.from(reader));
  }

  /** One for each core, at most 4: one event loop serves tens of thousands of events a second. */
  private static int defaultEventLoops() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  private static void requireLoopback(ConfigReader reader, String key, HostPort address) {
    if (!isLoopback(address.host())) {
      reader.addProblem(
          key,
          address
              + " is reachable from other hosts: set --token, or allow unauthenticated access"
              + " with --insecure");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unresolved) {
      return false; // Listening on it reports the error.
    }
  }
}
