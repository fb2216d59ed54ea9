package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Truncation of texts that are too long for the wire, and control characters in texts. */
public final class WireText {
  private static final int MAX_BYTES_PER_CHAR = 3;

  /** Scripts such as Persian and Hindi, and compound emoji, need these two between characters. */
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;

  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private WireText() {}

  /**
   * Returns the text itself if it has at most {@code maxBytes} bytes in UTF-8; else as many whole
   * characters as fit, followed by the note {@code ...(N bytes truncated)}, which is not part of
   * the limit. Truncating twice truncates the note.
   */
  public static String truncate(String text, int maxBytes) {
    if (text.length() <= maxBytes / MAX_BYTES_PER_CHAR) {
      return text;
    }
    var bytes = text.getBytes(UTF_8);
    if (bytes.length <= maxBytes) {
      return text;
    }
    var end = maxBytes;
    while (isContinuationByte(bytes[end])) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8) + "...(" + (bytes.length - end) + " bytes truncated)";
  }

  /**
   * Returns true if the text contains a control character: one that could forge a line of a log or
   * an exposition or control a terminal, an invisible one, by which two texts look the same or a
   * text looks like another, or half of a surrogate pair, which UTF-8 cannot encode (categories Cc,
   * Zl, Zp, Cf and Cs of Unicode). Joiners are permitted.
   */
  public static boolean hasControls(String text) {
    return text.codePoints().anyMatch(WireText::isControl);
  }

  /** Returns true if the text contains a zero-width joiner or non-joiner. */
  public static boolean hasJoiners(String text) {
    return text.codePoints().anyMatch(WireText::isJoiner);
  }

  /** Returns the text with each control character as a backslash, u and its hexadecimal digits. */
  public static String escapeControls(String text) {
    if (!hasControls(text)) {
      return text;
    }
    var escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            codePoint -> {
              if (isControl(codePoint)) {
                appendEscaped(escaped, codePoint);
              } else {
                escaped.appendCodePoint(codePoint);
              }
            });
    return escaped.toString();
  }

  /**
   * Returns the beginning of a foreign text, which may have any length and any characters, on one
   * line, for a log or an error message: truncated after its control characters are escaped.
   */
  public static String excerpt(@Nullable String text, int maxBytes) {
    return truncate(escapeControls(String.valueOf(text)), maxBytes);
  }

  private static void appendEscaped(StringBuilder escaped, int codePoint) {
    for (var unit : Character.toChars(codePoint)) {
      escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
    }
  }

  private static boolean isControl(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE
        || (type == Character.FORMAT && !isJoiner(codePoint));
  }

  private static boolean isJoiner(int codePoint) {
    return codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER;
  }

  private static boolean isContinuationByte(byte utf8) {
    return (utf8 & 0xC0) == 0x80;
  }
}
