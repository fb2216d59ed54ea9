package io.muster.api.socktop;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the socktop endpoint: the age up to which a reply is sent again, to any number of
 * clients, and the rejection of a wrong token.
 *
 * @param metricsMaxAge maximum age of the fast-changing metrics
 * @param disksMaxAge maximum age of the list of disks
 * @param processesMaxAge maximum age of the list of processes
 * @param messagesPerSecond frames that a client may send per second on average, twice as many in a
 *     burst
 * @param idleTimeout time without frames after which a client is disconnected
 */
public record SocktopConfig(
    Duration metricsMaxAge,
    Duration disksMaxAge,
    Duration processesMaxAge,
    Auth auth,
    int messagesPerSecond,
    Duration idleTimeout) {
  private static final String PREFIX = "api.socktop.";

  /** Reads the settings; with a maximum age of zero no reply is reused. */
  public static SocktopConfig from(ConfigReader reader) {
    return new SocktopConfig(
        maxAge(reader, "metrics_max_age", Duration.ofMillis(250)),
        maxAge(reader, "disks_max_age", Duration.ofSeconds(1)),
        maxAge(reader, "processes_max_age", Duration.ofMillis(1500)),
        reader.choice(PREFIX + "auth", Auth.HTTP),
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

  /** The rejection of a client without the right token. */
  public enum Auth {
    /** Status 401 in place of the upgrade. */
    HTTP,
    /** An upgrade that is closed at once, without a close code, as socktop_agent does. */
    AGENT
  }
}
