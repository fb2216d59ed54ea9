package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Truncation of texts that are too long for the wire. */
public final class WireText {
  private static final int MAX_BYTES_PER_CHAR = 3;

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

  private static boolean isContinuationByte(byte utf8) {
    return (utf8 & 0xC0) == 0x80;
  }
}
