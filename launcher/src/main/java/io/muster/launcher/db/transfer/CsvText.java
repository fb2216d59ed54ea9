package io.muster.launcher.db.transfer;

import io.muster.schema.json.WireText;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The texts in CSV: nothing in them controls a terminal or is a formula of a spreadsheet, and they
 * can be read back exactly. Control characters are {@code \\uXXXX}, a backslash is two, and a text
 * that begins like a formula, or with an apostrophe, has an apostrophe before it.
 */
final class CsvText {
  /** The last four are the wide forms of the first four, which some spreadsheets accept. */
  private static final String FORMULA_STARTS = "=+-@'\uff1d\uff0b\uff0d\uff20";

  private static final int MAX_EXCERPT_BYTES = 80;

  /** A backslash, with what follows it in an escape. */
  private static final Pattern ESCAPE = Pattern.compile("\\\\(\\\\|u([0-9a-fA-F]{4}))?");

  private CsvText() {}

  /** Returns the text of a field, without the quotes of RFC 4180. */
  static String encode(String text) {
    var escaped = WireText.escapeControls(text.replace("\\", "\\\\"));
    return !escaped.isEmpty() && FORMULA_STARTS.indexOf(escaped.charAt(0)) >= 0
        ? "'" + escaped
        : escaped;
  }

  /** Returns the original text; throws {@link IllegalArgumentException} with what was expected. */
  static String decode(String field) {
    var text = field.startsWith("'") ? field.substring(1) : field;
    return ESCAPE.matcher(text).replaceAll(CsvText::unescape);
  }

  /** Returns the beginning of a foreign text on one line, for a message. */
  static String excerpt(@Nullable String text) {
    return WireText.excerpt(text, MAX_EXCERPT_BYTES);
  }

  private static String unescape(MatchResult escape) {
    if (escape.group(1) == null) {
      throw new IllegalArgumentException("\\\\ or \\uXXXX after a backslash");
    }
    var character =
        escape.group(2) == null ? '\\' : (char) HexFormat.fromHexDigits(escape.group(2));
    return Matcher.quoteReplacement(String.valueOf(character));
  }
}
