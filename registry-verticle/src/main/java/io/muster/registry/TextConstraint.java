package io.muster.registry;

import io.muster.schema.json.WireText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The permitted length of a text parameter. No text may contain control characters, which could
 * forge a line of a log; PostgreSQL rejects U+0000.
 *
 * @param name name of the parameter
 * @param minCharacters least number of characters
 * @param maxCharacters greatest number of characters
 */
record TextConstraint(String name, int minCharacters, int maxCharacters) {
  private static final int MAX_EXCERPT_BYTES = 80;

  /** A text of any length. */
  static TextConstraint any(String name) {
    return new TextConstraint(name, 0, Integer.MAX_VALUE);
  }

  /** Returns the problem with a text; empty if it is valid. */
  Optional<String> problem(@Nullable String text) {
    if (text == null) {
      return Optional.of(name + ": expected a text");
    }
    if (WireText.hasControls(text)) {
      return Optional.of(name + "=" + excerpt(text) + ": expected no control characters");
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

  /** Returns the beginning of a text for an error message. */
  static String excerpt(@Nullable String text) {
    return WireText.excerpt(text, MAX_EXCERPT_BYTES);
  }
}
