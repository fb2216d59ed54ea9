package io.muster.api.listener;

import io.muster.api.tls.ServerIdentity;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * The options that the listeners of all event loops share.
 *
 * @param identity certificate that TLS clients see; empty without a TLS listener
 * @param metrics metrics of their connections
 */
public record ListenerOptions(
    ListenConfig config, Optional<ServerIdentity> identity, ConnectionMetrics metrics) {
  /** The TLS context of the listener with this key; empty if it is not encrypted. */
  Optional<SslContext> sslContext(String key) {
    return identity.filter(opened -> key.equals(ListenConfig.TLS)).map(ServerIdentity::context);
  }
}
