package io.muster.runtime.database;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The conditions of a query that a caller may omit. Each combination has its own text, which is
 * inserted as <code>{filter}</code>, because with optional parameters PostgreSQL would estimate too
 * few rows. Confined to one thread.
 */
public final class SqlFilter {
  private final List<String> conditions = new ArrayList<>();
  private final Map<String, Object> values = new HashMap<>();

  /**
   * Adds a condition if its value is present.
   *
   * @param name parameter of the condition
   */
  public SqlFilter and(String name, Optional<?> value, String condition) {
    if (value.isPresent()) {
      conditions.add(condition);
      values.put(name, value.get());
    }
    return this;
  }

  /** Begins an execution of the statement with these conditions. */
  public SqlStatement.Binding bind(SqlStatement statement) {
    var filter = conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
    return statement.with(Map.of("filter", filter)).bindAll(values);
  }
}
