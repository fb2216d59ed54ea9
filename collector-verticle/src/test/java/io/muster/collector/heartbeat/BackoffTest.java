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
  void failed_inARow_doublesUpToThirtySeconds() {
    var seconds = new ArrayList<Integer>();
    for (var failure = 0; failure < 8; failure++) {
      backoff.failed();
      seconds.add(secondsUntilOver());
    }
    assertThat(seconds).containsExactly(1, 2, 4, 8, 16, 30, 30, 30);
  }

  @Test
  void failed_withJitter_waitsAtLeastHalf() {
    random = 0.999_999;
    for (var failure = 0; failure < 8; failure++) {
      backoff.failed();
    }
    assertThat(secondsUntilOver()).isEqualTo(16);
  }

  @Test
  void failed_fourthInARow_isWorthTellingOnce() {
    fail(3);
    assertThat(backoff.succeeded()).isFalse();

    fail(3);
    assertThat(backoff.failed()).isTrue();
    assertThat(backoff.failed()).isFalse();
    assertThat(backoff.succeeded()).isTrue();
    assertThat(backoff.succeeded()).isFalse();
  }

  private void fail(int times) {
    for (int failure = 0; failure < times; failure++) {
      assertThat(backoff.failed()).isFalse();
    }
  }

  @Test
  void succeeded_afterFailures_startsAnew() {
    backoff.failed();
    backoff.failed();
    backoff.succeeded();

    assertThat(backoff.isOver()).isTrue();
    backoff.failed();
    assertThat(secondsUntilOver()).isEqualTo(1);
  }

  private int secondsUntilOver() {
    var seconds = 0;
    while (!backoff.isOver()) {
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
      seconds++;
    }
    return seconds;
  }
}
