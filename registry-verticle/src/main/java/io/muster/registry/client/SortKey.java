package io.muster.registry.client;

import java.util.Optional;

/**
 * The key of an order.
 *
 * @param name name in requests
 * @param sql expression that is never null
 * @param isText true if it is a text, false if it is a whole number
 */
record SortKey(String name, String sql, boolean isText) {
  static SortKey text(String name, String sql) {
    return new SortKey(name, sql, true);
  }

  /** Returns the key of a number that may be null. */
  static SortKey number(String name, String column) {
    return new SortKey(name, "coalesce(" + column + ", -1000)::bigint", false);
  }

  /** Returns the key of an instant that may be null. */
  static SortKey instant(String name, String column) {
    return new SortKey(
        name, "(coalesce(date_part('epoch', " + column + "), -1) * 1e6)::bigint", false);
  }

  /** Returns the value of a parameter with this key; empty if the text is no key. */
  Optional<Object> parse(String text) {
    try {
      return Optional.of(isText ? text : Long.valueOf(text));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }
}
