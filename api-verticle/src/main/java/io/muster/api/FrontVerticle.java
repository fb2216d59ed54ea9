package io.muster.api;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** One more event loop with all the doors. */
final class FrontVerticle extends VerticleBase {
  private final Core core;
  private Optional<Front> front = Optional.empty();

  FrontVerticle(Core core) {
    this.core = core;
  }

  @Override
  public Future<?> start() {
    var opened = new Front(vertx, core);
    front = Optional.of(opened);
    return opened.open();
  }

  @Override
  public Future<?> stop() {
    return front.map(Front::close).orElseGet(Future::succeededFuture);
  }
}
