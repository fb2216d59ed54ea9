package io.muster.api.rest.shape;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object, or a list of them. */
record EitherShape(Shape one, Shape several) implements Shape {
  @Override
  public Object read(String field, @Nullable Object value) {
    return (value instanceof List ? several : one).read(field, value);
  }

  @Override
  public String expected() {
    return one.expected() + " or " + several.expected();
  }
}
