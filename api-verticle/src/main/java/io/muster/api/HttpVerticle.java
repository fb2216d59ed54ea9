package io.muster.api;

import io.muster.runtime.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Map;
import java.util.Optional;

/**
 * An additional event loop that serves all endpoints, on the given addresses. Confined to its
 * context.
 */
final class HttpVerticle extends VerticleBase {
  private final SharedState state;
  private final Map<String, HostPort> addresses;
  private Optional<EventLoopServer> server = Optional.empty();

  HttpVerticle(SharedState state, Map<String, HostPort> addresses) {
    this.state = state;
    this.addresses = addresses;
  }

  @Override
  public Future<?> start() {
    var opened = new EventLoopServer(vertx, state);
    server = Optional.of(opened);
    return opened.open(addresses);
  }

  @Override
  public Future<?> stop() {
    return server.map(EventLoopServer::close).orElseGet(Future::succeededFuture);
  }
}
