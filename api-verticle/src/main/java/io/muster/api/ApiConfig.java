package io.muster.api;

import io.muster.api.http.TrustedProxies;
import io.muster.api.listener.ListenConfig;
import io.muster.api.socktop.SocktopConfig;
import io.muster.api.usage.UsageConfig;
import io.muster.api.websocket.WebSocketLimits;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of the api role.
 *
 * @param listen where it listens
 * @param token secret that every request must carry; empty for open doors
 * @param corsOrigins origins whose pages may read the answers; {@code *} for all
 * @param trustedProxies whose word is taken on whose request they forward
 * @param eventLoops threads that serve connections
 * @param maxSubscribers open {@code /events} streams at most; 0 for no limit
 * @param replayMaxBytes frames kept for subscribers that come back
 * @param metricsMaxAge age of this node's own counters in {@code /metrics}
 * @param forgetAfter silence after which a host is not shown any more
 * @param callTimeout how long a REST request waits for the registry or an aggregator
 * @param sockets what one client may take through WebSockets
 * @param socktop of the door /ws
 * @param usage of the door /usage
 */
public record ApiConfig(
    ListenConfig listen,
    Optional<String> token,
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
   * Reads the settings; an address that others can reach needs a token, or the word that none is
   * wanted.
   *
   * @param dataDirectory where a certificate of our own is kept
   */
  public static ApiConfig from(ConfigReader reader, Path dataDirectory) {
    var listen = ListenConfig.from(reader, dataDirectory);
    var token = reader.text("api.token");
    var insecure = reader.flag("api.insecure", false);
    if (token.isEmpty() && !insecure) {
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

  /** Without the token: settings are logged. */
  @Override
  public String toString() {
    return "ApiConfig[listen="
        + listen
        + ", token="
        + token.map(secret -> "set").orElse("none")
        + ", corsOrigins="
        + corsOrigins
        + ", trustedProxies="
        + trustedProxies
        + ", eventLoops="
        + eventLoops
        + ", maxSubscribers="
        + maxSubscribers
        + ", replayMaxBytes="
        + replayMaxBytes
        + ", metricsMaxAge="
        + metricsMaxAge
        + ", forgetAfter="
        + forgetAfter
        + ", callTimeout="
        + callTimeout
        + ", sockets="
        + sockets
        + ", socktop="
        + socktop
        + ", usage="
        + usage
        + "]";
  }

  /** One for each core, but few: one serves tens of thousands of events a second. */
  private static int defaultEventLoops() {
    return Math.min(4, Runtime.getRuntime().availableProcessors());
  }

  private static void requireLoopback(ConfigReader reader, String key, HostPort address) {
    if (!isLoopback(address.host())) {
      reader.addProblem(
          key,
          address
              + " can be reached from outside: protect it with --token, or open it to everybody"
              + " with --insecure");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException unresolved) {
      return false; // Listening will say what is wrong with it.
    }
  }
}
