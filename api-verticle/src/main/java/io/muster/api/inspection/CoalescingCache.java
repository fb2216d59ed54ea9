package io.muster.api.inspection;

import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The newest answer to each question, shared by everybody who asks while it is young enough; who
 * asks while it is fetched waits for the same. Bounded: the question that was asked least lately
 * goes first. Confined to its event loop.
 *
 * @param <K> a question
 * @param <T> an answer as the door gives it
 */
public final class CoalescingCache<K, T> {
  /** As many hosts as one node is looked at for. */
  public static final int MAX_HOSTS = 1024;

  private final int capacity;
  private final Duration maxAge;
  private final LongSupplier nanos;
  private final Function<K, Future<WithAge<T>>> loader;
  private final Map<K, CacheEntry<T>> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An empty shelf.
   *
   * @param capacity questions whose answers are kept
   * @param maxAge age up to which an answer is given again
   * @param loader asks anew
   */
  public CoalescingCache(
      int capacity, Duration maxAge, LongSupplier nanos, Function<K, Future<WithAge<T>>> loader) {
    this.capacity = capacity;
    this.maxAge = maxAge;
    this.nanos = nanos;
    this.loader = loader;
  }

  /** An answer that is young enough; fails as fetching it does. */
  public Future<T> get(K key) {
    var entry = entries.computeIfAbsent(key, absent -> new CacheEntry<>());
    if (entry.value != null && nanos.getAsLong() - entry.collectedAtNanos < maxAge.toNanos()) {
      return Future.succeededFuture(entry.value);
    }
    var pending = entry.pending;
    return pending == null ? load(key, entry) : pending;
  }

  /** The last answer, however old. */
  public Optional<T> lastValue(K key) {
    return Optional.ofNullable(entries.get(key)).map(entry -> entry.value);
  }

  private Future<T> load(K key, CacheEntry<T> entry) {
    var pending = loader.apply(key).map(fetched -> store(entry, fetched));
    entry.pending = pending;
    if (entries.size() > capacity) {
      entries.remove(entries.keySet().iterator().next());
    }
    return pending.onComplete(ignored -> entry.pending = null);
  }

  private T store(CacheEntry<T> entry, WithAge<T> loaded) {
    entry.value = loaded.value();
    entry.collectedAtNanos = nanos.getAsLong() - loaded.ageMillis() * 1_000_000;
    return loaded.value();
  }

  private static final class CacheEntry<T> {
    private @Nullable T value;
    private long collectedAtNanos;
    private @Nullable Future<T> pending;
  }
}
