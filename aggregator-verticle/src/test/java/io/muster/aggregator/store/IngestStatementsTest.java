package io.muster.aggregator.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class IngestStatementsTest {
  /** Of what the database keeps prepared. */
  private static final int LONGEST = 8192;

  @Test
  void statements_areShortEnoughToStayPrepared() {
    assertThat(List.of(IngestSql.USUAL, IngestSql.CAREFUL, IngestSql.CLOCKS))
        .allSatisfy(sql -> assertThat(sql.length()).isLessThanOrEqualTo(LONGEST));
  }
}
