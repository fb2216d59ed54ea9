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
final class SampleCache<T> {
  private final LongSupplier nanoTime;
  private @Nullable Future<TimedSample<T>> pending;
  private @Nullable TimedSample<T> newest;
  private @Nullable Throwable lastFailure;
  private long failedAtNanos;
  private long lastRequestNanos;

  SampleCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * A sample that is young enough.
   *
   * @param minInterval younger samples serve whatever was asked for, failures too: so seldom is
   *     sampled
   */
  Future<WithAge<T>> get(
      long maxAgeMillis, Duration minInterval, Supplier<Future<TimedSample<T>>> sampler) {
    lastRequestNanos = nanoTime.getAsLong();
    var sample = newest;
    if (sample != null
        && (isWithin(sample.atNanos, minInterval) || ageMillis(sample) <= maxAgeMillis)) {
      return Future.succeededFuture(withAge(sample));
    }
    var cause = lastFailure;
    if (cause != null && isWithin(failedAtNanos, minInterval)) {
      return Future.failedFuture(cause);
    }
    var call = pending;
    return (call == null ? track(sampler.get()) : call).map(this::withAge);
  }

  boolean isSampling() {
    return pending != null;
  }

  /** When somebody last asked. */
  long lastRequestNanos() {
    return lastRequestNanos;
  }

  private Future<TimedSample<T>> track(Future<TimedSample<T>> call) {
    var tracked = call.onSuccess(this::recordSample).onFailure(this::recordFailure);
    pending = tracked.isComplete() ? null : tracked;
    return tracked;
  }

  private void recordSample(TimedSample<T> sample) {
    pending = null;
    newest = sample;
    lastFailure = null;
  }

  private void recordFailure(Throwable cause) {
    pending = null;
    lastFailure = cause;
    failedAtNanos = nanoTime.getAsLong();
  }

  private boolean isWithin(long atNanos, Duration interval) {
    return nanoTime.getAsLong() - atNanos < interval.toNanos();
  }

  private WithAge<T> withAge(TimedSample<T> sample) {
    return new WithAge<>(ageMillis(sample), sample.value);
  }

  private long ageMillis(TimedSample<T> sample) {
    return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - sample.atNanos);
  }

  /**
   * A sample.
   *
   * @param atNanos end of its collection
   */
  record TimedSample<T>(T value, long atNanos) {}
}
