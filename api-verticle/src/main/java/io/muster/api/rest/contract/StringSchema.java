package io.muster.api.rest.contract;

import io.muster.schema.json.WireText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a text, which must not contain control characters, because texts appear in logs and
 * pages, and PostgreSQL cannot store U+0000.
 *
 * @param minCodePoints minimum number of Unicode code points
 * @param maxCodePoints maximum number of Unicode code points
 * @param allowedValues the only allowed values; empty for any
 * @param pattern pattern of the whole text
 * @param formats formats of which the text has one; empty for any
 * @param description description of the valid texts, for messages; empty if the limits describe
 *     them
 */
record StringSchema(
    int minCodePoints,
    int maxCodePoints,
    List<String> allowedValues,
    Optional<Pattern> pattern,
    List<TextFormat> formats,
    Optional<String> description)
    implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof String text) || !isAllowed(text)) {
      throw BadRequestException.of(field, expected());
    }
    if (WireText.hasControls(text)) {
      throw BadRequestException.of(field, "text without control characters");
    }
    return text;
  }

  @Override
  public String expected() {
    return description.orElseGet(this::describeLimits);
  }

  private String describeLimits() {
    if (!allowedValues.isEmpty()) {
      return allowedValues.stream()
          .map(value -> value.isEmpty() ? "empty" : value)
          .collect(Collectors.joining(" or "));
    }
    return maxCodePoints == Integer.MAX_VALUE
        ? "text"
        : minCodePoints + " to " + maxCodePoints + " characters";
  }

  private boolean isAllowed(String text) {
    var length = text.codePointCount(0, text.length());
    return length >= minCodePoints
        && length <= maxCodePoints
        && (allowedValues.isEmpty() || allowedValues.contains(text))
        && pattern.map(regex -> regex.matcher(text).matches()).orElse(true)
        && (formats.isEmpty() || formats.stream().anyMatch(format -> format.matches(text)));
  }
}
