package io.muster.schema.metric;

import java.util.Locale;

/** The labels of one sample, rendered once: {@code k1="v1", k2="v2"}. Immutable. */
final class LabelSet {
  private final String text;

  private LabelSet(String text) {
    this.text = text;
  }

  /** Names and values in turn. */
  static LabelSet of(String... namesAndValues) {
    return new LabelSet("").and(namesAndValues);
  }

  /** These labels and more. */
  LabelSet and(String... namesAndValues) {
    var rendered = new StringBuilder(text);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (rendered.length() > 0) {
        rendered.append(", ");
      }
      rendered.append(namesAndValues[i]).append("=\"");
      escape(namesAndValues[i + 1], rendered);
      rendered.append('"');
    }
    return new LabelSet(rendered.toString());
  }

  /**
   * A free text as a label name: lower case, every other character than a letter or digit an
   * underscore.
   */
  static String name(String text) {
    var name = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    return !name.isEmpty() && Character.isDigit(name.charAt(0)) ? "_" + name : name;
  }

  String text() {
    return text;
  }

  private static void escape(String value, StringBuilder into) {
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '\\' -> into.append("\\\\");
        case '"' -> into.append("\\\"");
        case '\n' -> into.append("\\n");
        case '\r' -> into.append("\\r");
        default -> {
          if (!Character.isISOControl(c)) {
            into.append(c);
          }
        }
      }
    }
  }
}
