package io.muster.aggregator.history;

import io.vertx.sqlclient.Tuple;

/**
 * One of the statements whose rows, one after the other, are an answer.
 *
 * @param sql statement that ends with its order
 * @param parameters of its own
 */
record Part(String sql, Tuple parameters) {
  /** How many rows it has. */
  String count() {
    return "SELECT count(*) FROM (" + sql + ") x";
  }

  /** Some of its rows. */
  Part slice(long limit, long offset) {
    var size = parameters.size();
    var more = Tuple.tuple();
    for (var i = 0; i < size; i++) {
      more.addValue(parameters.getValue(i));
    }
    more.addLong(limit).addLong(offset);
    return new Part(sql + " LIMIT $" + (size + 1) + " OFFSET $" + (size + 2), more);
  }
}
