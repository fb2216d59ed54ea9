package io.muster.api.listener;

import io.muster.api.tls.ServerIdentity;
import io.muster.runtime.config.HostPort;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * State that the listeners of all event loops share: their addresses, the TLS identity and the
 * connection metrics. It changes while the first event loop opens its listeners; afterwards any
 * thread may read it.
 */
public final class ListenerState {
  private final Vertx vertx;
  private final ListenConfig config;
  private final ConnectionMetrics metrics;
  private volatile Optional<ServerIdentity> identity = Optional.empty();
  private volatile Set<String> skippedKeys = Set.of();

  public ListenerState(Vertx vertx, ListenConfig config, ConnectionMetrics metrics) {
    this.vertx = vertx;
    this.config = config;
    this.metrics = metrics;
  }

  /**
   * Reads or generates the certificate if there is a TLS listener; fails with a message of one line
   * that names the setting.
   *
   * @param hostname host name in a self-signed certificate
   */
  public Future<Void> prepare(String hostname, InstantSource clock) {
    if (!config.addresses().containsKey(ListenConfig.TLS)) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> ServerIdentity.open(config.tls(), hostname, clock), false)
        .onSuccess(opened -> identity = Optional.of(opened))
        .mapEmpty();
  }

  public ListenConfig config() {
    return config;
  }

  ConnectionMetrics metrics() {
    return metrics;
  }

  /** The certificate that TLS clients see; empty without a TLS listener. */
  public Optional<ServerIdentity> identity() {
    return identity;
  }

  /** The optional addresses, by their key, that were skipped because their port was taken. */
  public Map<String, HostPort> skippedListeners() {
    return addresses(skippedKeys::contains);
  }

  /** The addresses to listen on, by their key. */
  Map<String, HostPort> addresses() {
    return addresses(key -> !skippedKeys.contains(key));
  }

  /** Skips this listener on all event loops. */
  void skip(String key) {
    var updated = new HashSet<>(skippedKeys);
    updated.add(key);
    skippedKeys = Set.copyOf(updated);
  }

  /** The TLS context of the listener with this key; empty if it is not encrypted. */
  Optional<SslContext> sslContext(String key) {
    return identity.filter(opened -> key.equals(ListenConfig.TLS)).map(ServerIdentity::context);
  }

  private Map<String, HostPort> addresses(Predicate<String> filter) {
    var selected = new LinkedHashMap<>(config.addresses());
    selected.keySet().removeIf(filter.negate());
    return selected;
  }
}
