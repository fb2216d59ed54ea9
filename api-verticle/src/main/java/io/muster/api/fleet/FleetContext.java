package io.muster.api.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * The owner context of the fleet view: the only one that may change it. Other event loops run calls
 * on it, and receive the result on their own context. Safe for use by any event loop.
 */
public final class FleetContext {
  private final Vertx vertx;
  private final Context context;

  /** Makes the caller's context the owner context. */
  public FleetContext(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Runs the call on the owner context; the future completes on the caller's context. */
  public <T> Future<T> call(Supplier<Future<T>> call) {
    var caller = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        arrived ->
            call.get()
                .onComplete(result -> caller.runOnContext(returned -> promise.handle(result))));
    return promise.future();
  }
}
