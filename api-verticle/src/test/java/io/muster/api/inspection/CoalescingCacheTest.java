package io.muster.api.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.ManualNanos;
import io.muster.schema.inspection.AgedSample;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoalescingCacheTest {
  private static final Duration MAX_AGE = Duration.ofMillis(250);

  private final ManualNanos nanos = new ManualNanos();
  private final List<String> loadedKeys = new ArrayList<>();
  private final List<Promise<AgedSample<String>>> pendingLoads = new ArrayList<>();
  private final CoalescingCache<String, String> cache =
      new CoalescingCache<>(2, MAX_AGE, nanos, this::load);

  @Test
  void get_whileLoading_sharesTheLoad() {
    var first = cache.get("a");
    var second = cache.get("a");

    pendingLoads.get(0).complete(new AgedSample<>(0, "one"));

    assertThat(first.result()).isEqualTo("one");
    assertThat(second.result()).isEqualTo("one");
    assertThat(loadedKeys).containsExactly("a");
  }

  @Test
  void get_freshValue_isReusedUntilMaxAge() {
    cache.get("a");
    pendingLoads.get(0).complete(new AgedSample<>(0, "one"));

    nanos.advance(MAX_AGE.minusNanos(1));
    assertThat(cache.get("a").result()).isEqualTo("one");
    nanos.advanceNanos(1);
    assertThat(cache.get("a").isComplete()).isFalse();

    assertThat(loadedKeys).containsExactly("a", "a");
  }

  @Test
  void get_valueWithAge_isReusedForTheRemainderOfMaxAge() {
    cache.get("a");
    pendingLoads.get(0).complete(new AgedSample<>(200, "one"));

    nanos.advance(Duration.ofMillis(49));
    assertThat(cache.get("a").result()).isEqualTo("one");
    nanos.advance(Duration.ofMillis(1));
    assertThat(cache.get("a").isComplete()).isFalse();
  }

  @Test
  void get_failure_failsTheWaitingCallersAndTheNextCallLoadsAgain() {
    cache.get("a");
    pendingLoads.get(0).complete(new AgedSample<>(250, "one"));
    var waiting = cache.get("a");
    pendingLoads.get(1).fail("unavailable");

    assertThat(waiting.failed()).isTrue();
    assertThat(cache.lastValue("a")).contains("one");
    cache.get("a");
    assertThat(loadedKeys).hasSize(3);
  }

  @Test
  void get_moreKeysThanCapacity_evictsTheLeastRecentlyUsed() {
    for (var key : List.of("a", "b", "a", "c")) {
      cache.get(key);
      pendingLoads.get(pendingLoads.size() - 1).tryComplete(new AgedSample<>(0, key));
    }

    assertThat(cache.lastValue("a")).contains("a");
    assertThat(cache.lastValue("b")).isEmpty();
    assertThat(cache.lastValue("c")).contains("c");
  }

  private Future<AgedSample<String>> load(String key) {
    loadedKeys.add(key);
    Promise<AgedSample<String>> pendingLoad = Promise.promise();
    pendingLoads.add(pendingLoad);
    return pendingLoad.future();
  }
}
