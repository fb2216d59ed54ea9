package io.muster.api.inspection;

import io.muster.schema.inspection.AgedSample;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of the newest value of each key, shared by all callers up to a maximum age; callers that
 * request a key while it is being loaded share that load. Bounded: evicts the least recently used
 * key. Confined to one event loop.
 *
 * @param <K> the key, such as a host
 * @param <T> the value as the endpoint sends it
 */
public final class CoalescingCache<K, T> {
  /** Maximum number of hosts that one cache holds. */
  public static final int MAX_HOSTS = 1024;

  private final int capacity;
  private final Duration maxAge;
  private final LongSupplier nanoTime;
  private final Function<K, Future<AgedSample<T>>> loader;
  private final Map<K, CacheEntry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * Creates an empty cache.
   *
   * @param capacity maximum number of keys
   * @param maxAge age up to which a value is returned again
   * @param loader loads the value of a key
   */
  public CoalescingCache(
      int capacity,
      Duration maxAge,
      LongSupplier nanoTime,
      Function<K, Future<AgedSample<T>>> loader) {
    this.capacity = capacity;
    this.maxAge = maxAge;
    this.nanoTime = nanoTime;
    this.loader = loader;
  }

  /** Returns a value younger than the maximum age; fails if its load fails. */
  public Future<T> get(K key) {
    var entry = entries.computeIfAbsent(key, absent -> new CacheEntry<>());
    if (entry.value != null && nanoTime.getAsLong() - entry.collectedAtNanos < maxAge.toNanos()) {
      return Future.succeededFuture(entry.value);
    }
    var pending = entry.pending;
    return pending == null ? load(key, entry) : pending;
  }

  /** Returns the last value, of any age. */
  public Optional<T> lastValue(K key) {
    return Optional.ofNullable(entries.get(key)).map(entry -> entry.value);
  }

  private Future<T> load(K key, CacheEntry<T> entry) {
    var pending = loader.apply(key).map(loaded -> store(entry, loaded));
    entry.pending = pending;
    if (entries.size() > capacity) {
      entries.remove(entries.keySet().iterator().next());
    }
    return pending.onComplete(ignored -> entry.pending = null);
  }

  private T store(CacheEntry<T> entry, AgedSample<T> loaded) {
    entry.value = loaded.value();
    entry.collectedAtNanos = nanoTime.getAsLong() - loaded.ageMillis() * 1_000_000;
    return loaded.value();
  }

  /** One key. Confined to the event loop of its cache. */
  private static final class CacheEntry<T> {
    private @Nullable T value;
    private long collectedAtNanos;
    private @Nullable Future<T> pending;
  }
}
