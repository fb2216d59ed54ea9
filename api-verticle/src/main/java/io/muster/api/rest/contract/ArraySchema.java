package io.muster.api.rest.contract;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a list of values. Its size is checked before any of its entries.
 *
 * @param minItems minimum number of entries
 * @param maxItems maximum number of entries
 */
record ArraySchema(ValueSchema item, int minItems, int maxItems) implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.size() < minItems || list.size() > maxItems) {
      throw BadRequestException.of(field, expected());
    }
    var items = new ArrayList<Object>(list.size());
    for (var element : list) {
      items.add(item.read(field + "[" + items.size() + "]", element));
    }
    return items;
  }

  /** Parses values that are separated by commas. */
  @Override
  public Object parse(String field, String text) {
    return read(field, List.of(text.split(",", -1)));
  }

  @Override
  public String expected() {
    return "a list of " + minItems + " to " + maxItems;
  }
}
