package io.muster.collector.inspection;

import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest sample of one thing, for all who ask while it is young; who asks while it is being
 * taken waits for the same. Confined to the context that made it.
 */
final class SharedSample<T> {
  private final LongSupplier nanos;
  private @Nullable Future<Sample<T>> running;
  private @Nullable Sample<T> newest;
  private @Nullable Throwable failure;
  private long failedNanos;
  private long askedNanos;

  SharedSample(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * A sample that is young enough.
   *
   * @param floor younger samples serve whatever was asked for, failures too: so seldom is sampled
   */
  Future<WithAge<T>> get(long maxAgeMillis, Duration floor, Supplier<Future<Sample<T>>> sampling) {
    askedNanos = nanos.getAsLong();
    var known = newest;
    if (known != null && (isYoung(known.atNanos, floor) || ageMillis(known) <= maxAgeMillis)) {
      return Future.succeededFuture(aged(known));
    }
    var cause = failure;
    if (cause != null && isYoung(failedNanos, floor)) {
      return Future.failedFuture(cause);
    }
    var taken = running;
    return (taken == null ? take(sampling.get()) : taken).map(this::aged);
  }

  boolean isRunning() {
    return running != null;
  }

  /** When somebody last asked. */
  long askedNanos() {
    return askedNanos;
  }

  private Future<Sample<T>> take(Future<Sample<T>> sampling) {
    var taken = sampling.onSuccess(this::took).onFailure(this::failed);
    running = taken.isComplete() ? null : taken;
    return taken;
  }

  private void took(Sample<T> sample) {
    running = null;
    newest = sample;
    failure = null;
  }

  private void failed(Throwable cause) {
    running = null;
    failure = cause;
    failedNanos = nanos.getAsLong();
  }

  private boolean isYoung(long atNanos, Duration floor) {
    return nanos.getAsLong() - atNanos < floor.toNanos();
  }

  private WithAge<T> aged(Sample<T> sample) {
    return new WithAge<>(ageMillis(sample), sample.value);
  }

  private long ageMillis(Sample<T> sample) {
    return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - sample.atNanos);
  }

  /**
   * A sample.
   *
   * @param atNanos end of its collection
   */
  record Sample<T>(T value, long atNanos) {}
}
