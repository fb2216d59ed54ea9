package io.muster.collector.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private double random;
  private final Backoff backoff = new Backoff(nanos::get, () -> random);

  @Test
  void recordFailure_inARow_doublesUpToThirtySeconds() {
    var seconds = new ArrayList<Integer>();
    for (var failure = 0; failure < 8; failure++) {
      backoff.recordFailure();
      seconds.add(secondsUntilRetry());
    }
    assertThat(seconds).containsExactly(1, 2, 4, 8, 16, 30, 30, 30);
  }

  @Test
  void recordFailure_withJitter_waitsAtLeastHalf() {
    random = 0.999_999;
    for (var failure = 0; failure < 8; failure++) {
      backoff.recordFailure();
    }
    assertThat(secondsUntilRetry()).isEqualTo(16);
  }

  @Test
  void recordFailure_fourthInARow_isLoggedOnce() {
    recordFailures(3);
    assertThat(backoff.recordSuccess()).isFalse();

    recordFailures(3);
    assertThat(backoff.recordFailure()).isTrue();
    assertThat(backoff.recordFailure()).isFalse();
    assertThat(backoff.recordSuccess()).isTrue();
    assertThat(backoff.recordSuccess()).isFalse();
  }

  private void recordFailures(int times) {
    for (int failure = 0; failure < times; failure++) {
      assertThat(backoff.recordFailure()).isFalse();
    }
  }

  @Test
  void recordSuccess_afterFailures_startsOver() {
    backoff.recordFailure();
    backoff.recordFailure();
    backoff.recordSuccess();

    assertThat(backoff.canRetry()).isTrue();
    backoff.recordFailure();
    assertThat(secondsUntilRetry()).isEqualTo(1);
  }

  private int secondsUntilRetry() {
    var seconds = 0;
    while (!backoff.canRetry()) {
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      seconds++;
    }
    return seconds;
  }
}
