package io.muster.api.rest.contract;

import io.muster.schema.json.PlainDecimal;
import org.jspecify.annotations.Nullable;

/** The schema of a number, with or without a fraction. */
record NumberSchema(double min, double max) implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (value instanceof Number number) {
      var decimal = number.doubleValue();
      if (decimal >= min && decimal <= max) {
        return decimal;
      }
    }
    throw BadRequestException.of(field, expected());
  }

  @Override
  public String expected() {
    return PlainDecimal.shortest(min) + " to " + PlainDecimal.shortest(max);
  }
}
