package io.muster.aggregator.history;

import io.vertx.sqlclient.Tuple;

/**
 * One of the statements whose rows, one after the other, are an answer.
 *
 * @param sql statement that ends with its order
 * @param parameters of its own
 */
record BoundStatement(String sql, Tuple parameters) {
  /** How many rows it has. */
  String countSql() {
    return "SELECT count(*) FROM (" + sql + ") x";
  }

  /** Some of its rows. */
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
