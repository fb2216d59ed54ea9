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
public final class Shelf<K, T> {
  /** As many hosts as one node is looked at for. */
  public static final int HOSTS = 1024;

  private final int capacity;
  private final Duration maxAge;
  private final LongSupplier nanos;
  private final Function<K, Future<WithAge<T>>> fetch;
  private final Map<K, Place<T>> places = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An empty shelf.
   *
   * @param capacity questions whose answers are kept
   * @param maxAge age up to which an answer is given again
   * @param fetch asks anew
   */
  public Shelf(
      int capacity, Duration maxAge, LongSupplier nanos, Function<K, Future<WithAge<T>>> fetch) {
    this.capacity = capacity;
    this.maxAge = maxAge;
    this.nanos = nanos;
    this.fetch = fetch;
  }

  /** An answer that is young enough; fails as fetching it does. */
  public Future<T> get(K question) {
    var place = places.computeIfAbsent(question, asked -> new Place<>());
    if (place.answer != null && nanos.getAsLong() - place.collectedNanos < maxAge.toNanos()) {
      return Future.succeededFuture(place.answer);
    }
    var fetching = place.fetching;
    return fetching == null ? fetch(question, place) : fetching;
  }

  /** The last answer, however old. */
  public Optional<T> last(K question) {
    return Optional.ofNullable(places.get(question)).map(place -> place.answer);
  }

  private Future<T> fetch(K question, Place<T> place) {
    var fetching = fetch.apply(question).map(fetched -> put(place, fetched));
    place.fetching = fetching;
    if (places.size() > capacity) {
      places.remove(places.keySet().iterator().next());
    }
    return fetching.onComplete(done -> place.fetching = null);
  }

  private T put(Place<T> place, WithAge<T> fetched) {
    place.answer = fetched.value();
    place.collectedNanos = nanos.getAsLong() - fetched.ageMillis() * 1_000_000;
    return fetched.value();
  }

  private static final class Place<T> {
    private @Nullable T answer;
    private long collectedNanos;
    private @Nullable Future<T> fetching;
  }
}
