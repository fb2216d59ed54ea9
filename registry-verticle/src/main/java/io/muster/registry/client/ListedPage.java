package io.muster.registry.client;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlFilter;
import io.muster.runtime.database.SqlStatement;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param total number of all entries that match
 * @param rows rows of the page
 * @param nextCursor continuation; empty on the last page
 */
record ListedPage(long total, List<Row> rows, Optional<String> nextCursor) {
  /**
   * The part of a list that a request asks for.
   *
   * @param order order of the list
   * @param cursor entry after which the page begins
   * @param limit maximum number of entries
   */
  record Slice(ListOrder order, Optional<ListCursor> cursor, int limit) {}

  /**
   * Reads a page.
   *
   * @param list statement with the parameter {@code limit} and the texts of {@link ListOrder},
   *     whose first row contains the total, and which returns an entry more if there are more
   * @param values its other parameters
   */
  static Future<ListedPage> read(
      Database database,
      SqlStatement list,
      SqlFilter filter,
      Map<String, Object> values,
      Slice slice) {
    var order = slice.order;
    var statement =
        filter
            .bind(list.with(order.texts(slice.cursor)))
            .bindAll(values)
            .bind("limit", (long) slice.limit);
    slice.cursor.ifPresent(after -> after.bind(statement, order.key()));
    return database
        .withConnection(statement::execute)
        .map(rows -> of(rows.stream().toList(), slice));
  }

  private static ListedPage of(List<Row> rows, Slice slice) {
    var entries = rows.subList(1, rows.size());
    var isLast = entries.size() <= slice.limit;
    return new ListedPage(
        rows.get(0).getLong("total"),
        isLast ? entries : entries.subList(0, slice.limit),
        isLast
            ? Optional.empty()
            : Optional.of(cursor(entries.get(slice.limit - 1), slice).encode()));
  }

  private static ListCursor cursor(Row row, Slice slice) {
    return new ListCursor(
        slice.order.name(), row.getString("sort_text"), row.getInteger(slice.order.idColumn()));
  }
}
