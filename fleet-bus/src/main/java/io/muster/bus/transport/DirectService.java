package io.muster.bus.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;

/**
 * A service that callers on this node reach without a message: its implementation is called on the
 * context that registered it, and the result is passed to the context of the caller. Safe for use
 * by any thread.
 *
 * @param context context of the implementation
 * @param consumer receives the calls of other nodes; the service is available as long as it is
 *     registered
 */
record DirectService(LocalService service, Context context, MessageConsumer<?> consumer) {
  boolean isAvailable() {
    return consumer.isRegistered();
  }

  /**
   * Calls a method; fails always with a {@link FleetException}. The returned future is that of a
   * timer, and so completes on the context of the caller.
   */
  Future<?> call(Vertx vertx, String method, Object argument, Duration timeout) {
    var caller = vertx.getOrCreateContext();
    var timer = vertx.timer(timeout.toMillis(), MILLISECONDS);
    Promise<Object> reply = Promise.promise();
    // The reply is queued behind everything that the implementation sent to the caller's event loop
    // before, such as a frame: also if both contexts share the event loop.
    context.runOnContext(
        arrived ->
            callIfAvailable(method, argument)
                .onComplete(
                    (result, cause) ->
                        caller.runOnContext(
                            returned -> {
                              reply.complete(result, cause);
                              timer.cancel();
                            })));
    return timer.transform(ended -> ended.failed() ? reply.future() : failWithTimeout());
  }

  private Future<?> callIfAvailable(String method, Object argument) {
    return isAvailable()
        ? service.call(method, type -> argument)
        : Future.failedFuture(
            new FleetException(Code.UNAVAILABLE, "no consumer at " + consumer.address()));
  }

  private Future<Object> failWithTimeout() {
    return Future.failedFuture(
        new FleetException(Code.TIMEOUT, "no reply in time from " + consumer.address()));
  }
}
