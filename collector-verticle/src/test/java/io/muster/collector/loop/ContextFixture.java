package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** One Vert.x context, as a verticle provides it to a loop, driven from the test's thread. */
final class ContextFixture implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();

  Vertx vertx() {
    return vertx;
  }

  /** Runs the call on the context and waits for its result. */
  <T> T await(Supplier<Future<T>> call) throws TimeoutException {
    var promise = Promise.<T>promise();
    context.runOnContext(v -> call.get().onComplete(promise));
    return promise.future().await(20, SECONDS);
  }

  @Override
  public void close() throws TimeoutException {
    vertx.close().await(20, SECONDS);
  }
}
