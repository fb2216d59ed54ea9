package io.muster.runtime.node;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of each key, returned to every caller that accepts its age; callers that request
 * a key while it is being loaded share that load. Bounded: a new key evicts the least recently
 * requested one that is not being loaded. Confined to one context, on which the loads complete.
 *
 * @param <K> the key, such as a host
 */
public final class CoalescingCache<K, V> {
  private final int capacity;
  private final Duration minInterval;
  private final LongSupplier nanoTime;
  private final Map<K, CacheEntry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** Creates an empty cache that loads a key whenever its value is too old. */
  public CoalescingCache(int capacity, LongSupplier nanoTime) {
    this(capacity, Duration.ZERO, nanoTime);
  }

  /**
   * Creates an empty cache.
   *
   * @param capacity maximum number of keys
   * @param minInterval minimum time between two loads of a key: a younger value or failure is
   *     returned whatever age is accepted
   */
  public CoalescingCache(int capacity, Duration minInterval, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.minInterval = minInterval;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns a value younger than the maximum age, or that of the load in progress, or that of a new
   * load. Fails if the load fails, and with {@link Code#UNAVAILABLE} if the key is new and all
   * others are being loaded.
   *
   * @param loader loads the value of the key; must not request the same key
   */
  public Future<TimedValue<V>> get(K key, Duration maxAge, Supplier<Future<TimedValue<V>>> loader) {
    if (!entries.containsKey(key) && !makeRoom()) {
      return Future.failedFuture(
          new FleetException(Code.UNAVAILABLE, capacity + " other requests are in progress"));
    }
    var entry = entries.computeIfAbsent(key, missing -> new CacheEntry<>());
    entry.requestedAtNanos = nanoTime.getAsLong();
    var newest = entry.newest;
    if (newest != null && (isYounger(newest, maxAge) || isYounger(newest, minInterval))) {
      return Future.succeededFuture(newest);
    }
    var failure = entry.failure;
    if (failure != null && isYounger(failure, minInterval)) {
      return Future.failedFuture(failure.value());
    }
    var pending = entry.pending;
    return pending == null ? load(entry, loader) : pending;
  }

  /** Returns the newest value, of any age. */
  public Optional<TimedValue<V>> latest(K key) {
    return Optional.ofNullable(entries.get(key)).map(entry -> entry.newest);
  }

  /** Removes the keys that were not requested for this time and are not being loaded. */
  public void evictIdle(Duration maxIdle) {
    var nowNanos = nanoTime.getAsLong();
    entries
        .values()
        .removeIf(
            entry -> !entry.isLoading() && nowNanos - entry.requestedAtNanos >= maxIdle.toNanos());
  }

  private boolean isYounger(TimedValue<?> timed, Duration maxAge) {
    return timed.age(nanoTime.getAsLong()).compareTo(maxAge) < 0;
  }

  private boolean makeRoom() {
    if (entries.size() < capacity) {
      return true;
    }
    var evictable =
        entries.entrySet().stream().filter(entry -> !entry.getValue().isLoading()).findFirst();
    evictable.ifPresent(entry -> entries.remove(entry.getKey()));
    return evictable.isPresent();
  }

  private Future<TimedValue<V>> load(CacheEntry<V> entry, Supplier<Future<TimedValue<V>>> loader) {
    var pending = loader.get();
    entry.pending = pending;
    // First, because a waiting caller may request the key again.
    return pending.onComplete(
        entry::store, cause -> entry.fail(new TimedValue<>(cause, nanoTime.getAsLong())));
  }

  /** One key. Confined to the context of its cache. */
  private static final class CacheEntry<V> {
    private @Nullable TimedValue<V> newest;
    private @Nullable TimedValue<Throwable> failure;
    private @Nullable Future<TimedValue<V>> pending;
    private long requestedAtNanos;

    private boolean isLoading() {
      return pending != null;
    }

    private void store(TimedValue<V> loaded) {
      pending = null;
      newest = loaded;
      failure = null;
    }

    private void fail(TimedValue<Throwable> cause) {
      pending = null;
      failure = cause;
    }
  }
}
