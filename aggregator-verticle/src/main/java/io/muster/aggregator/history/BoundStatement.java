package io.muster.aggregator.history;

import io.muster.runtime.database.SqlStatement;
import io.vertx.sqlclient.Tuple;

/**
 * One of the statements whose rows, in sequence, form a result.
 *
 * @param sql statement that ends with its ORDER BY clause
 * @param parameters parameters of this statement
 */
record BoundStatement(String sql, Tuple parameters) {
  static BoundStatement of(SqlStatement.Binding binding) {
    return new BoundStatement(binding.sql(), binding.values());
  }

  /** Returns a statement that counts the rows. */
  String countSql() {
    return "SELECT count(*) FROM (" + sql + ") x";
  }

  /** Returns the statement with a limit and an offset. */
  BoundStatement withLimit(long limit, long offset) {
    var parameterCount = parameters.size();
    var extended = Tuple.tuple();
    for (var index = 0; index < parameterCount; index++) {
      extended.addValue(parameters.getValue(index));
    }
    extended.addLong(limit).addLong(offset);
    return new BoundStatement(
        sql + " LIMIT $" + (parameterCount + 1) + " OFFSET $" + (parameterCount + 2), extended);
  }
}
