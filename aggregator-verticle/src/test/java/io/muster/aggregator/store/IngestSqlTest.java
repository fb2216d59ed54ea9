package io.muster.aggregator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IngestSqlTest {
  /** Limit of the statements that {@code Database} caches as prepared statements. */
  private static final int MAX_LENGTH = 8192;

  @Test
  void statements_areShortEnoughToStayPrepared() {
    assertThat(List.of(IngestSql.STORE_UNLOCKED, IngestSql.STORE_LOCKED, IngestSql.UPDATE_CLOCKS))
        .allSatisfy(sql -> assertThat(sql.length()).isLessThanOrEqualTo(MAX_LENGTH));
  }
}
