package io.muster.aggregator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.sqlclient.SqlConnectOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryStatementsTest {
  @Test
  void statements_areShortEnoughToStayPrepared() {
    var statements =
        Stream.of(
                List.of(
                    HistorySql.CLIENT_STAT, HistorySql.ofOneClient(HistorySql.HEALTH_EXTENT, 5)),
                Arrays.stream(Resolution.values()).map(value -> value.statement(true)).toList())
            .flatMap(List::stream);

    assertThat(statements).allMatch(SqlConnectOptions.DEFAULT_PREPARED_STATEMENT_CACHE_FILTER);
  }

  @Test
  void ofOneClient_everyResolution_asksForThatClient() {
    assertThat(Resolution.values())
        .allMatch(value -> value.statement(true).contains("c.client_id = $4"))
        .noneMatch(value -> value.statement(false).contains("$4"));
  }
}
