package io.muster.api;

import io.muster.api.bridge.BridgeConfig;
import io.muster.api.fleet.FleetLimits;
import io.muster.api.http.AccessConfig;
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

/**
 * Settings of the api role.
 *
 * @param listen the listeners and their limits
 * @param eventLoops event loops that serve connections
 * @param fleet limits of the fleet view
 * @param metricsMaxAge maximum age of this node's own metrics in {@code /metrics}
 * @param forgetAfter silence after which a host is removed from the fleet view
 * @param callTimeout timeout of a call to the registry or an aggregator by a REST request
 */
public record ApiConfig(
    ListenConfig listen,
    AccessConfig access,
    int eventLoops,
    StreamConfig streams,
    FleetLimits fleet,
    Duration metricsMaxAge,
    Duration forgetAfter,
    Duration callTimeout,
    WebSocketConfig webSockets) {
  private static final int MAX_EVENT_LOOPS = 64;

  /**
   * Reads the settings. An address other than loopback requires a token or {@code api.insecure}.
   *
   * @param dataDirectory parent of the directory of the self-signed certificate
   */
  public static ApiConfig from(ConfigReader reader, Path dataDirectory) {
    var listen = ListenConfig.from(reader, dataDirectory);
    var access = AccessConfig.from(reader);
    var insecure = reader.flag("api.insecure", false);
    if (!access.token().isSet() && !insecure) {
      listen.addresses().forEach((key, address) -> requireLoopback(reader, key, address));
    }
    return new ApiConfig(
        listen,
        access,
        reader.integer("api.event_loops", defaultEventLoops(), 1, MAX_EVENT_LOOPS),
        StreamConfig.from(reader),
        FleetLimits.from(reader),
        reader.duration(
            "api.metrics_max_age", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1)),
        reader.duration(
            "api.forget_after", Duration.ofDays(1), Duration.ofMinutes(1), Duration.ofDays(365)),
        reader.duration(
            "api.call_timeout",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(1)),
        WebSocketConfig.from(reader));
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
              + " is reachable from other hosts: set --token-file, or allow unauthenticated access"
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

  /**
   * Settings of {@code /events}.
   *
   * @param maxSubscribers maximum number of open streams; 0 for no limit
   * @param replayMaxBytes size of the replay ring, bytes
   */
  public record StreamConfig(int maxSubscribers, long replayMaxBytes) {
    private static StreamConfig from(ConfigReader reader) {
      return new StreamConfig(
          reader.integer("api.max_subscribers", 256, 0, 1_000_000),
          reader.integer("api.replay_max_bytes", 16 << 20, 0, 1 << 30));
    }
  }

  /**
   * Settings of the WebSocket endpoints.
   *
   * @param limits limits of one client
   * @param socktop settings of {@code /ws}
   * @param usage settings of {@code /usage}
   * @param bridge settings of {@code /eventbus}
   */
  public record WebSocketConfig(
      WebSocketLimits limits, SocktopConfig socktop, UsageConfig usage, BridgeConfig bridge) {
    private static WebSocketConfig from(ConfigReader reader) {
      return new WebSocketConfig(
          WebSocketLimits.from(reader),
          SocktopConfig.from(reader),
          UsageConfig.from(reader),
          BridgeConfig.from(reader));
    }
  }
}
