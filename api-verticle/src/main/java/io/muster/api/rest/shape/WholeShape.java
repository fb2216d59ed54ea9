package io.muster.api.rest.shape;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A whole number without a fraction, not even of zero. */
record WholeShape(long min, long max) implements Shape {
  private static final Pattern FORM = Pattern.compile("0|-?[1-9][0-9]{0,18}");

  @Override
  public Object read(String field, @Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      var number = ((Number) value).longValue();
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw Refusal.of(field, expected());
  }

  @Override
  public Object parse(String field, String text) {
    try {
      return read(field, FORM.matcher(text).matches() ? Long.valueOf(text) : null);
    } catch (NumberFormatException tooLarge) {
      throw Refusal.of(field, expected());
    }
  }

  @Override
  public String expected() {
    return "a whole number from " + min + " to " + max;
  }
}
