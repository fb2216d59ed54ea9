package io.muster.api.rest.contract;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The schema of an integer; a fraction is invalid even if it is zero. */
record IntegerSchema(long min, long max) implements ValueSchema {
  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

  @Override
  public Object read(String field, @Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      var number = ((Number) value).longValue();
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw BadRequestException.of(field, expected());
  }

  @Override
  public Object parse(String field, String text) {
    try {
      return read(field, INTEGER.matcher(text).matches() ? Long.valueOf(text) : null);
    } catch (NumberFormatException tooLarge) {
      throw BadRequestException.of(field, expected());
    }
  }

  @Override
  public String expected() {
    return "a whole number from " + min + " to " + max;
  }
}
