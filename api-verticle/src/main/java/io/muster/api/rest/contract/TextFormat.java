package io.muster.api.rest.contract;

import java.util.Arrays;
import java.util.function.Predicate;

/** A format of texts in the document. */
enum TextFormat {
  DATE("date", text -> RequestTime.parseDate(text).isPresent()),
  DATE_TIME("date-time", text -> RequestTime.parseInstant(text).isPresent()),
  /** Without an offset, which means UTC. Not a format of OpenAPI: for lenient parameters. */
  LOCAL_DATE_TIME("local-date-time", text -> RequestTime.parseUtcInstant(text).isPresent());

  private final String key;
  private final Predicate<String> matches;

  TextFormat(String key, Predicate<String> matches) {
    this.key = key;
    this.matches = matches;
  }

  /** Returns the format with this name in the document; throws if it is not supported. */
  static TextFormat of(String key) {
    return Arrays.stream(values())
        .filter(format -> format.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unsupported format " + key));
  }

  boolean matches(String text) {
    return matches.test(text);
  }
}
