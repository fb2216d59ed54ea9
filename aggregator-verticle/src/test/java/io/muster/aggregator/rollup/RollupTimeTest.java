package io.muster.aggregator.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RollupTimeTest {
  @Test
  void elapsedSlotMask_instant_hasTheSlotsThatEndedBefore() {
    assertThat(elapsedSlotMask("2026-01-02T03:00:00Z")).isZero();
    assertThat(elapsedSlotMask("2026-01-02T03:01:59.999Z")).isZero();
    assertThat(elapsedSlotMask("2026-01-02T03:02:00Z")).isEqualTo(1);
    assertThat(elapsedSlotMask("2026-01-02T03:59:59Z")).isEqualTo((1 << 29) - 1);
  }

  private static int elapsedSlotMask(String instant) {
    return RollupTime.of(Instant.parse(instant)).elapsedSlotMask();
  }
}
