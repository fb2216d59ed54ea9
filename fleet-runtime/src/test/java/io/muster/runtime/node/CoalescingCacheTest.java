package io.muster.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException.Code;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoalescingCacheTest {
  private static final Duration MAX_AGE = Duration.ofMillis(250);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final int CAPACITY = 2;

  private long nowNanos = Long.MAX_VALUE - 1_000_000; // overflows during a test
  private final List<String> loadedKeys = new ArrayList<>();
  private final List<Promise<TimedValue<String>>> pendingLoads = new ArrayList<>();
  private final CoalescingCache<String, String> cache =
      new CoalescingCache<>(CAPACITY, () -> nowNanos);
  private final CoalescingCache<String, String> throttled =
      new CoalescingCache<>(CAPACITY, MIN_INTERVAL, () -> nowNanos);

  @Test
  void get_whileLoading_sharesTheLoad() {
    var first = get(cache, "a");
    var second = get(cache, "a");

    finishLoad("one");

    assertThat(first.result().value()).isEqualTo("one");
    assertThat(second.result()).isSameAs(first.result());
    assertThat(loadedKeys).containsExactly("a");
  }

  @Test
  void get_otherKey_loadsSeparately() {
    get(cache, "a");
    var other = get(cache, "b");

    finishLoad("two");

    assertThat(other.result().value()).isEqualTo("two");
    assertThat(loadedKeys).containsExactly("a", "b");
  }

  @Test
  void get_freshValue_isReturnedUntilMaxAge() {
    get(cache, "a");
    finishLoad("one");

    advance(MAX_AGE.minusNanos(1));
    assertThat(get(cache, "a").result().value()).isEqualTo("one");
    advance(Duration.ofNanos(1));
    assertThat(get(cache, "a").isComplete()).isFalse();

    assertThat(loadedKeys).containsExactly("a", "a");
  }

  @Test
  void get_severalMaxAges_eachDecidesForItself() {
    get(cache, "a");
    finishLoad("one");
    advance(Duration.ofSeconds(10));

    var tolerant = cache.get("a", Duration.ofMillis(Long.MAX_VALUE), () -> load("a"));
    var strict = cache.get("a", Duration.ofSeconds(10), () -> load("a"));

    assertThat(tolerant.result().value()).isEqualTo("one");
    assertThat(strict.isComplete()).isFalse();
  }

  @Test
  void get_zeroOrNegativeMaxAge_alwaysLoadsButSharesTheLoad() {
    get(cache, "a");
    finishLoad("one");

    cache.get("a", Duration.ZERO, () -> load("a"));
    cache.get("a", Duration.ofMillis(-1), () -> load("a"));

    assertThat(loadedKeys).containsExactly("a", "a");
  }

  @Test
  void get_valueThatIsOldAlready_isReturnedForTheRemainderOfMaxAge() {
    get(cache, "a");
    finishLoad(TimedValue.ofAge("one", 200, nowNanos));

    advance(Duration.ofMillis(49));
    assertThat(get(cache, "a").result().age(nowNanos)).isEqualTo(Duration.ofMillis(249));
    advance(Duration.ofMillis(1));
    assertThat(get(cache, "a").isComplete()).isFalse();
  }

  @Test
  void get_loadWithATooOldValue_isReturnedToItsCallersOnly() {
    var waiting = get(cache, "a");
    finishLoad(TimedValue.ofAge("old", Long.MAX_VALUE, nowNanos));

    assertThat(waiting.result().value()).isEqualTo("old");
    assertThat(get(cache, "a").isComplete()).isFalse();
  }

  @Test
  void get_completedFuture_isCachedAtOnce() {
    for (int call = 0; call < 2; call++) {
      var result = cache.get("a", MAX_AGE, () -> completedLoad("a"));
      assertThat(result.result().value()).isEqualTo("a");
    }

    assertThat(loadedKeys).containsExactly("a");
  }

  @Test
  void get_failedFuture_failsAndTheNextCallLoadsAgain() {
    var failed = cache.get("a", MAX_AGE, () -> Future.failedFuture("on purpose"));

    assertThat(failed.cause()).hasMessage("on purpose");
    assertThat(cache.get("a", MAX_AGE, () -> completedLoad("a")).succeeded()).isTrue();
  }

  @Test
  void get_failure_failsTheWaitingCallersAndTheNextCallLoadsAgain() {
    get(cache, "a");
    finishLoad("one");
    advance(MAX_AGE);
    var waiting = List.of(get(cache, "a"), get(cache, "a"));
    failLoad();

    assertThat(waiting).allSatisfy(each -> assertThat(each.failed()).isTrue());
    assertThat(cache.latest("a").orElseThrow().value()).isEqualTo("one");
    get(cache, "a");
    assertThat(loadedKeys).hasSize(3);
  }

  @Test
  void get_loaderThatThrows_throwsAndTheNextCallLoadsAgain() {
    assertThatThrownBy(
            () ->
                cache.get(
                    "a",
                    MAX_AGE,
                    () -> {
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");

    assertThat(cache.get("a", MAX_AGE, () -> completedLoad("a")).succeeded()).isTrue();
  }

  @Test
  void get_withinMinInterval_returnsTheValueWhateverAgeIsAccepted() {
    get(throttled, "a");
    finishLoad("one");

    advance(MIN_INTERVAL.minusNanos(1));
    assertThat(getUncached("a").result().value()).isEqualTo("one");
    advance(Duration.ofNanos(1));
    assertThat(getUncached("a").isComplete()).isFalse();
  }

  @Test
  void get_withinMinIntervalOfAFailure_failsWithTheSameCause() {
    var failed = getUncached("a");
    advance(Duration.ofMillis(70));
    failLoad();

    advance(MIN_INTERVAL.minusNanos(1));
    assertThat(getUncached("a").cause()).isSameAs(failed.cause());
    advance(Duration.ofNanos(1));
    assertThat(getUncached("a").isComplete()).isFalse();
    assertThat(loadedKeys).hasSize(2);
  }

  @Test
  void get_failureAfterAValue_valueIsReturnedToCallersThatAcceptItsAge() {
    get(throttled, "a");
    finishLoad("one");
    advance(MIN_INTERVAL);
    getUncached("a");
    failLoad();

    assertThat(get(throttled, "a").result().value()).isEqualTo("one");
    assertThat(getUncached("a").failed()).isTrue();
  }

  @Test
  void get_valueAfterAFailure_replacesIt() {
    getUncached("a");
    failLoad();
    advance(MIN_INTERVAL);
    getUncached("a");
    finishLoad("one");

    assertThat(getUncached("a").result().value()).isEqualTo("one");
  }

  @Test
  void get_byAWaitingCaller_seesTheLoadedValue() {
    var nested = get(cache, "a").compose(loaded -> get(cache, "a"));

    finishLoad("one");

    assertThat(nested.result().value()).isEqualTo("one");
    assertThat(loadedKeys).containsExactly("a");
  }

  @Test
  void get_byWaitingCallersThatAcceptNoValue_shareTheNextLoad() {
    var nested =
        List.of(
            get(cache, "a").compose(loaded -> cache.get("a", Duration.ZERO, () -> load("a"))),
            get(cache, "a").compose(loaded -> cache.get("a", Duration.ZERO, () -> load("a"))));

    finishLoad("one");
    finishLoad("two");

    assertThat(nested).extracting(each -> each.result().value()).containsExactly("two", "two");
    assertThat(loadedKeys).hasSize(2);
  }

  @Test
  void get_byAWaitingCallerAfterAFailure_loadsAgain() {
    var nested = get(cache, "a").recover(cause -> get(cache, "a"));

    failLoad();
    finishLoad("two");

    assertThat(nested.result().value()).isEqualTo("two");
  }

  @Test
  void get_byALoader_mayRequestAnotherKey() {
    var combined =
        cache.get(
            "a",
            MAX_AGE,
            () -> get(cache, "b").map(part -> new TimedValue<>(part.value() + "a", nowNanos)));

    finishLoad("b");

    assertThat(combined.result().value()).isEqualTo("ba");
    assertThat(cache.latest("b").orElseThrow().value()).isEqualTo("b");
  }

  @Test
  void get_moreKeysThanCapacity_evictsTheLeastRecentlyRequested() {
    for (var key : List.of("a", "b", "a", "c")) {
      cache.get(key, MAX_AGE, () -> completedLoad(key));
    }

    assertThat(cache.latest("a")).isPresent();
    assertThat(cache.latest("b")).isEmpty();
    assertThat(cache.latest("c")).isPresent();
  }

  @Test
  void get_fullOfLoads_rejectsNewKeysOnly() {
    get(cache, "a");
    get(cache, "b");

    var rejected = get(cache, "c");
    var shared = get(cache, "a");

    assertThat(rejected.cause())
        .hasFieldOrPropertyWithValue("code", Code.UNAVAILABLE)
        .hasMessage("2 other requests are in progress");
    assertThat(shared.isComplete()).isFalse();
    assertThat(loadedKeys).containsExactly("a", "b");
    finishLoad("two");
    assertThat(get(cache, "c").isComplete()).isFalse();
  }

  @Test
  void get_leastRecentKeyIsBeingLoaded_evictsTheNext() {
    get(cache, "a");
    cache.get("b", MAX_AGE, () -> completedLoad("b"));

    cache.get("c", MAX_AGE, () -> completedLoad("c"));

    assertThat(cache.latest("b")).isEmpty();
    pendingLoads.get(0).complete(new TimedValue<>("a", nowNanos));
    assertThat(cache.latest("a")).isPresent();
    assertThat(cache.latest("c")).isPresent();
  }

  @Test
  void latest_unknownKeyOrFirstLoad_isEmpty() {
    get(cache, "a");

    assertThat(cache.latest("a")).isEmpty();
    assertThat(cache.latest("b")).isEmpty();
  }

  @Test
  void latest_anyAge_isTheNewestValue() {
    get(cache, "a");
    finishLoad("one");
    advance(Duration.ofDays(1));

    assertThat(cache.latest("a").orElseThrow().age(nowNanos)).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void evictIdle_keysNotRequestedForTheTime_areRemovedUnlessLoading() {
    cache.get("idle", MAX_AGE, () -> completedLoad("idle"));
    get(cache, "loading");
    advance(Duration.ofSeconds(60));

    cache.evictIdle(Duration.ofSeconds(60));

    assertThat(cache.latest("idle")).isEmpty();
    finishLoad("one");
    assertThat(cache.latest("loading")).isPresent();
  }

  @Test
  void evictIdle_keyRequestedMeanwhile_stays() {
    var accepted = Duration.ofHours(1);
    cache.get("a", accepted, () -> completedLoad("a"));
    advance(Duration.ofSeconds(30));
    cache.get("a", accepted, () -> completedLoad("a"));
    advance(Duration.ofSeconds(60).minusNanos(1));

    cache.evictIdle(Duration.ofSeconds(60));

    assertThat(cache.latest("a")).isPresent();
  }

  private Future<TimedValue<String>> get(CoalescingCache<String, String> from, String key) {
    return from.get(key, MAX_AGE, () -> load(key));
  }

  private Future<TimedValue<String>> getUncached(String key) {
    return throttled.get(key, Duration.ZERO, () -> load(key));
  }

  private Future<TimedValue<String>> load(String key) {
    loadedKeys.add(key);
    Promise<TimedValue<String>> pendingLoad = Promise.promise();
    pendingLoads.add(pendingLoad);
    return pendingLoad.future();
  }

  private Future<TimedValue<String>> completedLoad(String key) {
    loadedKeys.add(key);
    return Future.succeededFuture(new TimedValue<>(key, nowNanos));
  }

  private void finishLoad(String value) {
    finishLoad(new TimedValue<>(value, nowNanos));
  }

  /** Completes the load that began last. */
  private void finishLoad(TimedValue<String> loaded) {
    pendingLoads.get(pendingLoads.size() - 1).complete(loaded);
  }

  private void failLoad() {
    pendingLoads.get(pendingLoads.size() - 1).fail("on purpose");
  }

  private void advance(Duration elapsed) {
    nowNanos += elapsed.toNanos();
  }
}
