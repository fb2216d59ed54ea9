package io.muster.api.rest.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of one shape. How many there are is looked at before any of them.
 *
 * @param minItems fewest entries
 * @param maxItems most entries
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

  @Override
  public String expected() {
    return "a list of " + minItems + " to " + maxItems;
  }
}
