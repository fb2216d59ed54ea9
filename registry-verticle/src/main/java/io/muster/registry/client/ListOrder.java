package io.muster.registry.client;

import java.util.Map;
import java.util.Optional;

/**
 * An order of a list: by a key, then by an id.
 *
 * @param idColumn column of the id, a number that is unique in the list
 * @param isDescending true if both are descending
 */
record ListOrder(SortKey key, String idColumn, boolean isDescending) {
  /** Returns the name in requests: that of the key, after a minus sign if it is descending. */
  String name() {
    return isDescending ? "-" + key.name() : key.name();
  }

  /**
   * Returns the texts of a statement: <code>{sort_key}</code>, <code>{direction}</code> and <code>
   * {after}</code>, the condition of the entries after those of an earlier page.
   */
  Map<String, String> texts(Optional<ListCursor> cursor) {
    var after =
        "(sort_key, %s) %s (:after_key::%s, :after_id::bigint)"
            .formatted(idColumn, isDescending ? "<" : ">", key.isText() ? "text" : "bigint");
    return Map.of(
        "sort_key",
        key.sql(),
        "direction",
        isDescending ? "DESC" : "ASC",
        "after",
        cursor.isPresent() ? after : "true");
  }
}
