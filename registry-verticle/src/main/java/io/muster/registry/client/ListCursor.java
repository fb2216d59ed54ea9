package io.muster.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireText;
import java.util.Base64;
import java.util.Optional;

/**
 * The place of an entry in a list, after which the list continues. Its text has no meaning for
 * clients.
 *
 * @param sort name of the order of the list
 * @param key key of the entry in that order
 * @param id id of the entry
 */
record ListCursor(String sort, String key, long id) {
  /**
   * Parses the cursor of a request. Throws {@code INVALID_ARGUMENT} if it does not continue a list
   * with this order.
   */
  static Optional<ListCursor> parse(Optional<String> text, ListOrder order) {
    return text.map(
        encoded ->
            decode(encoded)
                .filter(cursor -> cursor.sort.equals(order.name()))
                .filter(cursor -> !WireText.hasControls(cursor.key))
                .filter(cursor -> order.key().parse(cursor.key).isPresent())
                .orElseThrow(
                    () ->
                        new FleetException(
                            Code.INVALID_ARGUMENT,
                            "cursor: expected next_cursor of the previous response, with the same"
                                + " sort")));
  }

  String encode() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(WireJson.bytes(this));
  }

  void bind(SqlStatement.Binding statement, SortKey sortKey) {
    statement.bind("after_key", sortKey.parse(key).orElseThrow()).bind("after_id", id);
  }

  private static Optional<ListCursor> decode(String text) {
    try {
      var json = Base64.getUrlDecoder().decode(text.getBytes(UTF_8));
      return Optional.of(WireJson.read(json, ListCursor.class));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
