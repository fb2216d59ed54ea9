package io.muster.aggregator.fold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FoldStatementsTest {
  /** What {@code Database} keeps prepared. */
  private static final int LONGEST = 8192;

  @Test
  void statements_areShortEnoughToStayPrepared() {
    assertThat(Stream.of(FoldSql.WORK, FoldSql.PAST, FoldSql.TODAY, FoldSql.WINDOW, FoldSql.FORGET))
        .allMatch(statement -> statement.length() <= LONGEST);
  }

  @Test
  void slotsOver_ofAMoment_areThoseThatEndedBefore() {
    assertThat(slotsOver("2026-01-02T03:00:00Z")).isZero();
    assertThat(slotsOver("2026-01-02T03:01:59.999Z")).isZero();
    assertThat(slotsOver("2026-01-02T03:02:00Z")).isEqualTo(1);
    assertThat(slotsOver("2026-01-02T03:59:59Z")).isEqualTo((1 << 29) - 1);
  }

  private static int slotsOver(String instant) {
    return Moment.of(Instant.parse(instant)).slotsOver();
  }
}
