package io.muster.registry.client;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The orders of a list that requests can select.
 *
 * @param keys their keys
 * @param idColumn column of the id, a number that is unique in the list
 */
record ListOrders(List<SortKey> keys, String idColumn) {
  ListOrders {
    keys = List.copyOf(keys);
  }

  /** Returns the names of all orders: those of the keys, after a minus sign if descending. */
  List<String> names() {
    return all().map(ListOrder::name).toList();
  }

  /**
   * Returns the slice of a request. Fails with {@code INVALID_ARGUMENT} if the cursor does not
   * continue a list with this order.
   *
   * @param sort one of the names
   */
  Future<ListedPage.Slice> slice(String sort, Optional<String> cursor, int limit) {
    var order = all().filter(each -> each.name().equals(sort)).findFirst().orElseThrow();
    return Future.succeededFuture(cursor)
        .map(text -> new ListedPage.Slice(order, ListCursor.parse(text, order), limit));
  }

  private Stream<ListOrder> all() {
    return keys.stream()
        .flatMap(
            key ->
                Stream.of(new ListOrder(key, idColumn, false), new ListOrder(key, idColumn, true)));
  }
}
