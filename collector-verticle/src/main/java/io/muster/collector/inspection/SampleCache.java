package io.muster.collector.inspection;

import io.muster.schema.inspection.AgedSample;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest sample of one kind, returned to all requests that accept its age; requests during a
 * sampling share its result. Confined to the context that created it.
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
   * Returns a sample that is recent enough.
   *
   * @param minInterval minimum time between two samplings: a younger sample or failure is returned
   *     whatever age is accepted
   */
  Future<AgedSample<T>> get(
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

  /** The time of the last request, ns. */
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

  private AgedSample<T> withAge(TimedSample<T> sample) {
    return new AgedSample<>(ageMillis(sample), sample.value);
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
