package io.muster.api.rest.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The schema of an object or a list of objects. */
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
