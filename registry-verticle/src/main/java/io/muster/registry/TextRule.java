package io.muster.registry;

import io.muster.schema.json.WireText;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a text of a request must be. Whatever it is, PostgreSQL takes no U+0000.
 *
 * @param name of the parameter
 * @param min characters at least
 * @param max characters at most
 */
record TextRule(String name, int min, int max) {
  private static final int SHOWN_BYTES = 80;

  /** A text of any length. */
  static TextRule any(String name) {
    return new TextRule(name, 0, Integer.MAX_VALUE);
  }

  /** What is wrong with a text; empty when nothing is. */
  Optional<String> problem(@Nullable String text) {
    if (text == null) {
      return Optional.of(name + ": expected a text");
    }
    if (text.indexOf('\0') >= 0) {
      return Optional.of(name + "=" + shown(text) + ": expected a text without U+0000");
    }
    var length = text.codePointCount(0, text.length());
    return length < min || length > max
        ? Optional.of(name + "=" + shown(text) + ": expected " + min + " to " + max + " characters")
        : Optional.empty();
  }

  /** As much of a text as an error message should hold. */
  static String shown(@Nullable String text) {
    return WireText.truncate(String.valueOf(text), SHOWN_BYTES);
  }
}
