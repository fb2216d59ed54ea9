package io.muster.api.websocket;

import io.muster.runtime.config.ConfigReader;

/**
 * Limits of the WebSockets of a client.
 *
 * @param maxPerAddress open WebSockets of one client address; 0 for no limit
 * @param maxUpgradesPerSecond handshakes of one client address per second on average, twice as many
 *     in a burst; 0 for no limit
 * @param maxMessageBytes maximum size of a message from a client
 */
public record WebSocketLimits(int maxPerAddress, int maxUpgradesPerSecond, int maxMessageBytes) {
  /** The length of a burst: a client may send what is allowed in this time at once. */
  public static final int BURST_SECONDS = 2;

  /** Reads the settings. */
  public static WebSocketLimits from(ConfigReader reader) {
    return new WebSocketLimits(
        reader.integer("api.limits.websockets_per_address", 16, 0, 1_000_000),
        reader.integer("api.limits.upgrades_per_second", 10, 0, 1_000_000),
        reader.integer("api.limits.message_bytes", 4096, 125, 65_536));
  }
}
