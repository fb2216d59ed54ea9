package io.muster.registry;

import io.muster.schema.json.WireText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a text of a request must be. Whatever it is, PostgreSQL takes no U+0000.
 *
 * @param name of the parameter
 * @param minCharacters characters at least
 * @param maxCharacters characters at most
 */
record TextConstraint(String name, int minCharacters, int maxCharacters) {
  private static final int MAX_EXCERPT_BYTES = 80;

  /** A text of any length. */
  static TextConstraint any(String name) {
    return new TextConstraint(name, 0, Integer.MAX_VALUE);
  }

  /** What is wrong with a text; empty when nothing is. */
  Optional<String> problem(@Nullable String text) {
    if (text == null) {
      return Optional.of(name + ": expected a text");
    }
    if (text.indexOf('\0') >= 0) {
      return Optional.of(name + "=" + excerpt(text) + ": expected a text without U+0000");
    }
    var characters = text.codePointCount(0, text.length());
    return characters < minCharacters || characters > maxCharacters
        ? Optional.of(
            name
                + "="
                + excerpt(text)
                + ": expected "
                + minCharacters
                + " to "
                + maxCharacters
                + " characters")
        : Optional.empty();
  }

  /** As much of a text as an error message should hold. */
  static String excerpt(@Nullable String text) {
    return WireText.truncate(String.valueOf(text), MAX_EXCERPT_BYTES);
  }
}
