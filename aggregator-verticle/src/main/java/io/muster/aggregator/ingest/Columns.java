package io.muster.aggregator.ingest;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Rows as parameters of a statement: an array for each column. */
final class Columns {
  private Columns() {}

  static <E, T> @Nullable T[] of(
      List<E> rows, Function<E, @Nullable T> value, IntFunction<@Nullable T[]> newArray) {
    var column = newArray.apply(rows.size());
    for (var index = 0; index < column.length; index++) {
      column[index] = value.apply(rows.get(index));
    }
    return column;
  }
}
