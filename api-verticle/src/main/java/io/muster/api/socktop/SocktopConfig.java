package io.muster.api.socktop;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the door: how old an answer may be when it is given again, to however many clients,
 * and how a wrong token is refused.
 *
 * @param metricsMaxAge of the fast-changing numbers
 * @param disksMaxAge of the list of disks
 * @param processesMaxAge of the list of processes
 * @param messagesPerSecond that a client may send in the long run, twice as many at once
 * @param idleTimeout silence after which a client is left
 */
public record SocktopConfig(
    Duration metricsMaxAge,
    Duration disksMaxAge,
    Duration processesMaxAge,
    Auth auth,
    int messagesPerSecond,
    Duration idleTimeout) {
  private static final String PREFIX = "api.socktop.";
  private static final String AUTH = PREFIX + "auth";

  /** Reads the settings; zero is new in every answer. */
  public static SocktopConfig from(ConfigReader reader) {
    return new SocktopConfig(
        maxAge(reader, "metrics_max_age", Duration.ofMillis(250)),
        maxAge(reader, "disks_max_age", Duration.ofSeconds(1)),
        maxAge(reader, "processes_max_age", Duration.ofMillis(1500)),
        auth(reader),
        reader.integer(PREFIX + "messages_per_second", 2_000, 1, 1_000_000),
        reader.duration(
            PREFIX + "idle_timeout",
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofDays(1)));
  }

  private static Duration maxAge(ConfigReader reader, String key, Duration defaultValue) {
    return reader.duration(PREFIX + key, defaultValue, Duration.ZERO, Duration.ofMinutes(1));
  }

  private static Auth auth(ConfigReader reader) {
    var text = reader.text(AUTH, "http");
    return switch (text) {
      case "http" -> Auth.HTTP;
      case "agent" -> Auth.AGENT;
      default -> {
        reader.addProblem(AUTH, "'" + text + "' is not http or agent");
        yield Auth.HTTP;
      }
    };
  }

  /** What a client without the right token gets. */
  public enum Auth {
    /** 401 in place of a WebSocket. */
    HTTP,
    /** A WebSocket that is closed at once, without a code, as socktop_agent does. */
    AGENT
  }
}
