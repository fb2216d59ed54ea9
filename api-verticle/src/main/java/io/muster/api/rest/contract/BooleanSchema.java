package io.muster.api.rest.contract;

import org.jspecify.annotations.Nullable;

/** The schema of a boolean, written {@code true} or {@code false}. */
record BooleanSchema() implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (value instanceof Boolean) {
      return value;
    }
    throw BadRequestException.of(field, expected());
  }

  @Override
  public Object parse(String field, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw BadRequestException.of(field, expected());
    };
  }

  @Override
  public String expected() {
    return "true or false";
  }
}
