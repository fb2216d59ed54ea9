package io.muster.api.rest.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One object, or a list of them. */
record OneOfSchema(ValueSchema single, ValueSchema list) implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    return (value instanceof List ? list : single).read(field, value);
  }

  @Override
  public String expected() {
    return single.expected() + " or " + list.expected();
  }
}
