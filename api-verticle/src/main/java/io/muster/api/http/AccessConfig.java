package io.muster.api.http;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.Secret;
import java.util.List;

/**
 * Settings of the access of clients.
 *
 * @param token token that every request must carry; not set if requests need none
 * @param hosts names and addresses of this node, in addition to those that it knows; they matter
 *     without a token
 * @param corsOrigins origins whose pages may use this node; {@code *} for all
 * @param trustedProxies proxies whose forwarding headers are trusted
 * @param maxWrongTokens wrong tokens of one client address in a burst; 0 for no limit
 */
public record AccessConfig(
    Secret token,
    List<String> hosts,
    List<String> corsOrigins,
    TrustedProxies trustedProxies,
    int maxWrongTokens) {
  public AccessConfig {
    hosts = List.copyOf(hosts);
    corsOrigins = List.copyOf(corsOrigins);
  }

  /** Reads the settings. */
  public static AccessConfig from(ConfigReader reader) {
    return new AccessConfig(
        reader.secret("api.token"),
        reader.list("api.hosts", OwnNames::isHost, "a host name or an address, without a port"),
        reader.list("api.cors_origins"),
        TrustedProxies.from(reader),
        reader.integer("api.limits.wrong_tokens", 10, 0, 1_000_000));
  }
}
