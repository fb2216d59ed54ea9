package io.muster.api.websocket;

import io.muster.runtime.config.ConfigReader;

/**
 * What one client may take of this node through WebSockets.
 *
 * @param maxPerAddress open WebSockets of one client address; 0 for no limit
 * @param maxUpgradesPerSecond handshakes of one client address in the long run, twice as many at
 *     once; 0 for no limit
 * @param maxMessageBytes size of one message from a client
 */
public record WebSocketLimits(int maxPerAddress, int maxUpgradesPerSecond, int maxMessageBytes) {
  /** Reads the settings. */
  public static WebSocketLimits from(ConfigReader reader) {
    return new WebSocketLimits(
        reader.integer("api.limits.websockets_per_address", 16, 0, 1_000_000),
        reader.integer("api.limits.upgrades_per_second", 10, 0, 1_000_000),
        reader.integer("api.limits.message_bytes", 4096, 125, 65_536));
  }
}
