package io.muster.registry.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.LimitOffset;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientListStatementTest {
  @Test
  void of_everyFilter_isBound() {
    var anyFilter = Optional.of("0".repeat(32));
    var statement = statement("u", anyFilter, anyFilter, anyFilter);

    assertThat(statement.values().size()).isEqualTo(8);
    assertThat(statement.sql()).contains("$8");
  }

  @Test
  void of_callerInput_isNeverPartOfTheSql() {
    var text = Optional.of("x' OR '1'='1");

    assertThat(statement("u'", Optional.empty(), text, text).sql()).doesNotContain("x'", "u'");
  }

  @Test
  void of_filterCombinations_yieldEightStatements() {
    var statements = new HashSet<String>();
    for (var id : List.of(Optional.<String>empty(), Optional.of("0".repeat(32)))) {
      for (var part : List.of("", "a", "b")) {
        var text = Optional.of(part).filter(value -> !value.isEmpty());
        statements.add(statement(part, id, text, text).sql());
        statements.add(statement(part, id, text, Optional.empty()).sql());
        statements.add(statement(part, id, Optional.empty(), text).sql());
      }
    }

    assertThat(statements).hasSize(8);
  }

  private static SqlStatement.Binding statement(
      String user, Optional<String> id, Optional<String> status, Optional<String> name) {
    var limitOffset = new LimitOffset(Optional.of(5), 3);
    return ClientListStatement.of(
        HealthFormula.FULL.load(PostgresClientStore.class, "list-clients.sql"),
        new ClientQuery(user, id, status, name, Optional.empty(), limitOffset),
        Instant.EPOCH);
  }
}
