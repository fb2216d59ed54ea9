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
 * One thread for calls that block, and may hang: who calls waits as long as it likes and goes on.
 * Calls run one after another. The thread is started by the first of them.
 */
public final class NativeThread {
  private static final Logger log = LoggerFactory.getLogger(NativeThread.class);
  private static final String NAME_PREFIX = "muster-";

  private final WorkerExecutor executor;

  private NativeThread(WorkerExecutor executor) {
    this.executor = executor;
  }

  /** The thread of this name; who opens the same name shares it. */
  public static NativeThread open(Vertx vertx, String name) {
    return new NativeThread(vertx.createSharedWorkerExecutor(NAME_PREFIX + name, 1, 1, HOURS));
  }

  /** Makes the call when those before it have ended; completes when it has. */
  public <T> Future<T> call(Callable<T> call) {
    try {
      return executor.executeBlocking(call, false);
    } catch (RejectedExecutionException e) {
      // A thread that is closed refuses calls by throwing: here that is a failure like any other.
      return Future.failedFuture(e);
    }
  }

  /**
   * Makes the last call; one that hangs is left behind. Never fails.
   *
   * @param name of what is closed, for the log
   * @param timeout how long the call may take
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
