package io.muster.api.rest.shape;

import io.muster.schema.json.PlainDecimal;
import org.jspecify.annotations.Nullable;

/** A number, with or without a fraction. */
record DecimalShape(double min, double max) implements Shape {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (value instanceof Number number) {
      var decimal = number.doubleValue();
      if (decimal >= min && decimal <= max) {
        return decimal;
      }
    }
    throw Refusal.of(field, expected());
  }

  @Override
  public String expected() {
    return PlainDecimal.shortest(min) + " to " + PlainDecimal.shortest(max);
  }
}
