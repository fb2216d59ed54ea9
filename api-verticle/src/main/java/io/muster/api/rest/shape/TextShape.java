package io.muster.api.rest.shape;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text without U+0000, which PostgreSQL has no place for, and without half characters.
 *
 * @param min fewest Unicode code points
 * @param max most Unicode code points
 * @param values all that it may be; empty: anything
 * @param form what it looks like
 * @param formName that in words
 */
record TextShape(int min, int max, List<String> values, Optional<Pattern> form, String formName)
    implements Shape {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof String text) || !fits(text)) {
      throw Refusal.of(field, expected());
    }
    if (text.indexOf('\0') >= 0) {
      throw Refusal.of(field, "text without the character U+0000");
    }
    if (text.codePoints().anyMatch(TextShape::isHalf)) {
      throw Refusal.of(field, "text of whole Unicode characters");
    }
    return text;
  }

  @Override
  public String expected() {
    if (form.isPresent()) {
      return formName;
    }
    if (!values.isEmpty()) {
      return values.stream()
          .map(value -> value.isEmpty() ? "nothing" : value)
          .collect(Collectors.joining(" or "));
    }
    return max == Integer.MAX_VALUE ? "text" : min + " to " + max + " characters";
  }

  private boolean fits(String text) {
    var length = text.codePointCount(0, text.length());
    return length >= min
        && length <= max
        && (values.isEmpty() || values.contains(text))
        && form.map(pattern -> pattern.matcher(text).matches()).orElse(true);
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
