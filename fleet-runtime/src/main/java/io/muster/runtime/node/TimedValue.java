package io.muster.runtime.node;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A value and the instant of its collection.
 *
 * @param atNanos instant on the monotonic clock, ns
 */
public record TimedValue<V>(V value, long atNanos) {
  /** Creates a value that another node collected; a clock shows no instant of another machine. */
  public static <V> TimedValue<V> ofAge(V value, long ageMillis, long nowNanos) {
    return new TimedValue<>(value, nowNanos - TimeUnit.MILLISECONDS.toNanos(ageMillis));
  }

  /** The time since the value was collected. */
  public Duration age(long nowNanos) {
    return Duration.ofNanos(nowNanos - atNanos);
  }
}
