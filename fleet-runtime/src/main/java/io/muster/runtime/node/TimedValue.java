package io.muster.runtime.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A value and the instant of its collection.
 *
 * @param atNanos instant on the monotonic clock, ns
 */
public record TimedValue<V>(V value, long atNanos) {
  private static final long MAX_AGE_MILLIS = TimeUnit.DAYS.toMillis(365);

  /**
   * Creates a value that another node collected; a clock shows no instant of another machine. An
   * age that no value has counts as the nearest one that is possible.
   */
  public static <V> TimedValue<V> ofAge(V value, long ageMillis, long nowNanos) {
    var age = Math.max(0, Math.min(MAX_AGE_MILLIS, ageMillis));
    return new TimedValue<>(value, nowNanos - TimeUnit.MILLISECONDS.toNanos(age));
  }

  /** The time since the value was collected. */
  public Duration age(long nowNanos) {
    return Duration.ofNanos(nowNanos - atNanos);
  }
}
