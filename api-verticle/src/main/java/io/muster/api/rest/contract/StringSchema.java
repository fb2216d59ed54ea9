package io.muster.api.rest.contract;

import io.muster.schema.json.WireText;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a text, which must not contain control characters, because texts appear in logs and
 * pages, and PostgreSQL cannot store U+0000, or unpaired surrogates.
 *
 * @param minCodePoints minimum number of Unicode code points
 * @param maxCodePoints maximum number of Unicode code points
 * @param allowedValues the only allowed values; empty for any
 * @param pattern pattern of the whole text
 * @param patternDescription description of the pattern, for messages
 */
record StringSchema(
    int minCodePoints,
    int maxCodePoints,
    List<String> allowedValues,
    Optional<Pattern> pattern,
    String patternDescription)
    implements ValueSchema {
  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof String text) || !isAllowed(text)) {
      throw BadRequestException.of(field, expected());
    }
    if (WireText.hasControls(text)) {
      throw BadRequestException.of(field, "text without control characters");
    }
    if (text.codePoints().anyMatch(StringSchema::isSurrogate)) {
      throw BadRequestException.of(field, "text without unpaired surrogates");
    }
    return text;
  }

  @Override
  public String expected() {
    if (pattern.isPresent()) {
      return patternDescription;
    }
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
        && pattern.map(regex -> regex.matcher(text).matches()).orElse(true);
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
