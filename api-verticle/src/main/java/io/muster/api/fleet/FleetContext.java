package io.muster.api.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * The one context that may change what is known of the fleet. Others have it do something, and get
 * the answer on their own context. Any thread of an event loop may use it.
 */
public final class FleetContext {
  private final Vertx vertx;
  private final Context context;

  /** The context of the caller. */
  public FleetContext(Vertx vertx) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
  }

  public Vertx vertx() {
    return vertx;
  }

  /** Runs the call at home; the future completes on the context of the caller. */
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
