package io.muster.api.bridge;

import io.muster.runtime.config.ConfigReader;
import java.time.Duration;

/**
 * Settings of the event-bus bridge.
 *
 * @param maxRegistrations addresses to which one session may be registered
 * @param pingTimeout time without a message of the client after which its session is closed
 * @param messagesPerSecond messages that a client may send per second on average, twice as many in
 *     a burst
 */
public record BridgeConfig(int maxRegistrations, Duration pingTimeout, int messagesPerSecond) {
  /** Reads the settings. */
  public static BridgeConfig from(ConfigReader reader) {
    return new BridgeConfig(
        reader.integer("api.bridge.registrations", 1000, 1, 100_000),
        reader.duration(
            "api.bridge.ping_timeout",
            Duration.ofSeconds(90),
            Duration.ofSeconds(5),
            Duration.ofDays(1)),
        reader.integer("api.bridge.messages_per_second", 1000, 1, 1_000_000));
  }
}
