package io.muster.aggregator.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.SqlConnectOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngestStatementsTest {
  @Test
  void statements_areShortEnoughToStayPrepared() {
    assertThat(List.of(IngestSql.CLIENTS, IngestSql.STORE, IngestSql.STATE, IngestSql.DEVICES))
        .allMatch(SqlConnectOptions.DEFAULT_PREPARED_STATEMENT_CACHE_FILTER);
  }
}
