package io.muster.runtime.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlStatementTest {
  private static final SqlStatement TEMPLATE =
      SqlStatement.load(SqlStatementTest.class, "sql-statement-test.sql");
  private static final SqlStatement STATEMENT = TEMPLATE.with(Map.of("table", "item"));

  @Test
  void sql_namedParameters_areNumberedOutsideOfLiteralsCommentsAndCasts() {
    assertThat(STATEMENT.sql())
        .isEqualTo(
            "SELECT '-- :literal',\"{quoted}\",a[1:2],'it''s :x' FROM item t WHERE t.day >="
                + " $1::date - 1 AND t.owner = ANY ($2::text[]) AND t.day <= $1 AND t.kind = $3");
  }

  @Test
  void with_textWithParameter_numbersItInItsPlace() {
    var statement = TEMPLATE.with(Map.of("table", "item(:size)", "unused", "x"));

    assertThat(statement.sql()).contains("FROM item($1) t WHERE t.day >= $2::date");
  }

  @Test
  void values_anyOrder_areByPosition() {
    var binding = STATEMENT.bind("kind", null).bindAll(Map.of("day", 1, "owners", "ann"));

    assertThat(binding.values().deepToString()).isEqualTo("[1,ann,null]");
  }

  @Test
  void load_missingNames_failWithFileAndName() {
    assertThatThrownBy(() -> STATEMENT.bind("days", 1))
        .hasMessage("sql-statement-test.sql: unknown parameter :days");
    assertThatThrownBy(STATEMENT.bind("day", 1).bind("kind", 2)::values)
        .hasMessage("sql-statement-test.sql: no value for :owners");
    assertThatThrownBy(TEMPLATE::sql).hasMessage("sql-statement-test.sql: no text for {table}");
    assertThatThrownBy(() -> SqlStatement.load(SqlStatementTest.class, "none.sql"))
        .hasMessage("none.sql is not beside " + SqlStatementTest.class.getName());
  }

  @Test
  void with_textBeyondTheLimitOfPreparedStatements_fails() {
    assertThatThrownBy(() -> TEMPLATE.with(Map.of("table", "x".repeat(8192))))
        .hasMessageContaining("sql-statement-test.sql");
  }
}
