package io.muster.api.rest.shape;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of values of one shape. How many there are is looked at before any of them.
 *
 * @param min fewest entries
 * @param max most entries
 */
record ListShape(Shape entry, int min, int max) implements Shape {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.size() < min || list.size() > max) {
      throw Refusal.of(field, expected());
    }
    var read = new ArrayList<Object>(list.size());
    for (var each : list) {
      read.add(entry.read(field + "[" + read.size() + "]", each));
    }
    return read;
  }

  @Override
  public String expected() {
    return "a list of " + min + " to " + max;
  }
}
