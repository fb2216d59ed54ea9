package io.muster.api;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** An additional event loop that serves all endpoints. Confined to its context. */
final class HttpVerticle extends VerticleBase {
  private final SharedState state;
  private Optional<EventLoopServer> server = Optional.empty();

  HttpVerticle(SharedState state) {
    this.state = state;
  }

  @Override
  public Future<?> start() {
    var opened = new EventLoopServer(vertx, state);
    server = Optional.of(opened);
    return opened.open();
  }

  @Override
  public Future<?> stop() {
    return server.map(EventLoopServer::close).orElseGet(Future::succeededFuture);
  }
}
