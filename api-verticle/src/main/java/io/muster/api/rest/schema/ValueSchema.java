package io.muster.api.rest.schema;

import org.jspecify.annotations.Nullable;

/** What a value must be, as one schema of the document says. */
public interface ValueSchema {
  /**
   * Holds a value of a body to it.
   *
   * @param field where the value stands, for the message
   * @return the value: String, Long, Double, Boolean, List or Map
   */
  Object read(String field, @Nullable Object value);

  /** Reads the text of a query parameter. */
  default Object parse(String field, String text) {
    return read(field, text);
  }

  /** What it is, for a message: {@code 1 to 32 characters}. */
  String expected();
}
