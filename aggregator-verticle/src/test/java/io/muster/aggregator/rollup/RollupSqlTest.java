package io.muster.aggregator.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RollupSqlTest {
  /** Maximum length of the statements that {@code Database} caches as prepared statements. */
  private static final int MAX_LENGTH = 8192;

  @Test
  void statements_areShortEnoughToStayPrepared() {
    assertThat(
            Stream.of(
                RollupSql.SELECT_WORK,
                RollupSql.ROLL_UP_PAST_DAYS,
                RollupSql.ROLL_UP_TODAY,
                RollupSql.UPDATE_UPTIME_WINDOW,
                RollupSql.DELETE_STALE_DAYS))
        .allMatch(statement -> statement.length() <= MAX_LENGTH);
  }

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
