package io.muster.collector.inspection;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.SharedSample.Sample;
import io.muster.collector.loop.NativeThread;
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
 * The thread that looks. While a look hangs, others are refused at once; it costs nothing but this
 * thread. Confined to the context that made it.
 */
final class InspectionThread {
  private static final Logger log = LoggerFactory.getLogger(InspectionThread.class);

  private final NativeThread thread;
  private final String name;
  private final String hostId;
  private final Duration patience;
  private final LongSupplier nanos;
  private boolean hanging;

  InspectionThread(Vertx vertx, String name, String hostId, InspectionTerms terms) {
    this.thread = NativeThread.open(vertx, name);
    this.name = name;
    this.hostId = hostId;
    this.patience = terms.patience();
    this.nanos = terms.nanos();
  }

  /** Looks once; fails with {@code TIMEOUT}, or {@code UNAVAILABLE} for what cannot be read. */
  <T> Future<Sample<T>> look(Callable<T> look) {
    if (hanging) {
      return Future.failedFuture(
          new FleetException(Code.TIMEOUT, "a look at host " + hostId + " hangs"));
    }
    var givenUp = new AtomicBoolean();
    return thread
        .call(() -> sample(look, givenUp))
        .andThen(done -> ended())
        .timeout(patience.toMillis(), MILLISECONDS)
        .recover(cause -> Future.failedFuture(failed(cause, givenUp)));
  }

  boolean isHanging() {
    return hanging;
  }

  Future<Void> close(Runnable last) {
    return thread.close(name + " " + hostId, last, patience);
  }

  private <T> Sample<T> sample(Callable<T> look, AtomicBoolean givenUp) throws Exception {
    if (givenUp.get()) {
      throw new CancellationException("nobody waits for it any longer");
    }
    var value = look.call();
    return new Sample<>(value, nanos.getAsLong());
  }

  private void ended() {
    if (hanging) {
      hanging = false;
      log.info("inspection recovered host={} thread={}", hostId, name);
    }
  }

  private Throwable failed(Throwable cause, AtomicBoolean givenUp) {
    if (cause instanceof TimeoutException) {
      givenUp.set(true);
      hang();
      var message = "host " + hostId + " did not answer within " + patience.toMillis() + " ms";
      return new FleetException(Code.TIMEOUT, message, cause);
    }
    return cause instanceof IOException
        ? new FleetException(
            Code.UNAVAILABLE, "host " + hostId + " cannot be read: " + cause.getMessage(), cause)
        : cause;
  }

  private void hang() {
    if (!hanging) {
      hanging = true;
      log.warn("inspection hangs host={} thread={}", hostId, name);
    }
  }
}
