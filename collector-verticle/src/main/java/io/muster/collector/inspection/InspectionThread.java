package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.loop.NativeThread;
import io.muster.runtime.node.TimedValue;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs the calls of an inspection. While a call is stalled, others are rejected at
 * once; a stalled call blocks this thread only. Confined to the context that created it.
 */
final class InspectionThread {
  private static final Logger log = LoggerFactory.getLogger(InspectionThread.class);

  private final NativeThread thread;
  private final String name;
  private final String hostId;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private boolean stalled;

  InspectionThread(Vertx vertx, String name, String hostId, InspectionOptions options) {
    this.thread = NativeThread.open(vertx, name);
    this.name = name;
    this.hostId = hostId;
    this.timeout = options.timeout();
    this.nanoTime = options.nanoTime();
  }

  /** Runs the reader once; fails with {@code TIMEOUT}, or {@code UNAVAILABLE} if it cannot read. */
  <T> Future<TimedValue<T>> sample(Callable<T> reader) {
    if (stalled) {
      return Future.failedFuture(
          new FleetException(Code.TIMEOUT, "inspection of host " + hostId + " is stalled"));
    }
    var abandoned = new AtomicBoolean();
    return thread
        .call(() -> callUnlessAbandoned(reader, abandoned))
        .andThen(result -> clearStalled())
        .timeout(timeout.toMillis(), MILLISECONDS)
        .recover(cause -> Future.failedFuture(handleFailure(cause, abandoned)));
  }

  boolean isStalled() {
    return stalled;
  }

  Future<Void> close(Runnable finalCall) {
    return thread.close(name + " " + hostId, finalCall, timeout);
  }

  private <T> TimedValue<T> callUnlessAbandoned(Callable<T> reader, AtomicBoolean abandoned)
      throws Exception {
    if (abandoned.get()) {
      throw new CancellationException("inspection timed out before it started");
    }
    var value = reader.call();
    return new TimedValue<>(value, nanoTime.getAsLong());
  }

  private void clearStalled() {
    if (stalled) {
      stalled = false;
      log.info("inspection recovered host={} thread={}", hostId, name);
    }
  }

  private Throwable handleFailure(Throwable cause, AtomicBoolean abandoned) {
    if (cause instanceof TimeoutException) {
      abandoned.set(true);
      markStalled();
      var message = "host " + hostId + " did not respond within " + timeout.toMillis() + " ms";
      return new FleetException(Code.TIMEOUT, message, cause);
    }
    return cause instanceof IOException
        ? new FleetException(
            Code.UNAVAILABLE, "host " + hostId + " cannot be read: " + cause.getMessage(), cause)
        : cause;
  }

  private void markStalled() {
    if (!stalled) {
      stalled = true;
      log.warn("inspection stalled host={} thread={}", hostId, name);
    }
  }
}
