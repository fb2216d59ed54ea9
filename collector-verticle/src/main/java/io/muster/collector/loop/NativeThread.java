package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for blocking calls, which may hang: a caller can time out and continue. Calls run one
 * after another; the first one starts the thread. Safe for use by any thread.
 */
public final class NativeThread {
  private static final Logger log = LoggerFactory.getLogger(NativeThread.class);
  private static final String NAME_PREFIX = "muster-";

  private final WorkerExecutor executor;

  private NativeThread(WorkerExecutor executor) {
    this.executor = executor;
  }

  /** Opens the thread of this name; all callers that open the same name share the thread. */
  public static NativeThread open(Vertx vertx, String name) {
    return new NativeThread(vertx.createSharedWorkerExecutor(NAME_PREFIX + name, 1, 1, HOURS));
  }

  /** Runs the call after the previous ones; completes with its result. */
  public <T> Future<T> call(Callable<T> call) {
    try {
      return executor.executeBlocking(call, false);
    } catch (RejectedExecutionException e) {
      // A closed executor throws; callers get a failed future, as for any other failure.
      return Future.failedFuture(e);
    }
  }

  /**
   * Runs the last call and closes the thread; a hung call is abandoned. Never fails.
   *
   * @param name name of the closed source, for the log
   * @param timeout timeout of the call
   */
  public Future<Void> close(String name, Runnable finalCall, Duration timeout) {
    Future<Void> closed =
        call(
            () -> {
              finalCall.run();
              return null;
            });
    return closed
        .timeout(timeout.toMillis(), MILLISECONDS)
        .recover(
            cause -> {
              log.warn("source not closed source={} reason={}", name, cause.toString());
              return Future.succeededFuture();
            })
        .eventually(executor::close);
  }
}
