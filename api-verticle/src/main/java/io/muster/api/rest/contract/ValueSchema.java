package io.muster.api.rest.contract;

import org.jspecify.annotations.Nullable;

/** A schema of the document, which validates the values of requests. */
interface ValueSchema {
  /**
   * Validates a value of a body.
   *
   * @param field path of the value, for the message
   * @return the value: String, Long, Double, Boolean, List or Map
   */
  Object read(String field, @Nullable Object value);

  /** Parses and validates the text of a query parameter. */
  default Object parse(String field, String text) {
    return read(field, text);
  }

  /** Returns a description of valid values, for messages: {@code 1 to 32 characters}. */
  String expected();
}
