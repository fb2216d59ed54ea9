package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one sample, rendered once as UTF-8: {@code k1="v1", k2="v2"}. At most {@value
 * #MAX_LABELS} labels and {@value #MAX_BYTES} bytes, the limits of {@code all-smi view}; longer
 * text is truncated between two characters. Backslash, quote and newline are escaped, other control
 * characters are left out. Braces become parentheses, because {@code all-smi view} ends the labels
 * at the first closing brace of a line, even inside quotes. Immutable, and safe for use by any
 * thread.
 */
final class LabelSet {
  static final int MAX_BYTES = 1024;
  static final int MAX_LABELS = 100;
  static final LabelSet NONE = new LabelSet(new byte[0], 0);

  private final byte[] utf8;
  private final int count;

  private LabelSet(byte[] utf8, int count) {
    this.utf8 = utf8;
    this.count = count;
  }

  /** Returns the rendered labels. Callers must not write into the array. */
  byte[] utf8() {
    return utf8;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelSet labels && Arrays.equals(utf8, labels.utf8);
  }

  @Override
  public int hashCode() {
    var checksum = new CRC32C(); // eight bytes at a time, unlike Arrays.hashCode
    checksum.update(utf8);
    return (int) checksum.getValue();
  }

  @Override
  public String toString() {
    return new String(utf8, UTF_8);
  }

  /**
   * Returns a text as a label name: lower case, an underscore for each character other than a
   * letter or digit, and another one before a leading digit.
   */
  static String labelName(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    var name = new StringBuilder(lower.length() + 1);
    for (int i = 0; i < lower.length(); i++) {
      var c = lower.charAt(i);
      name.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
    }
    var needsPrefix = name.isEmpty() || Character.isDigit(name.charAt(0));
    return needsPrefix ? "_" + name : name.toString();
  }

  /** Builds label sets, one after the other. Used by the rendering thread only. */
  static final class LabelSetBuilder {
    /** Minimum size to which a distinguishing value is truncated while the set has room. */
    private static final int MIN_VALUE_BYTES = 64;

    private static final boolean[] PLAIN_CHARACTERS = plainCharacters();
    private static final int PUNCTUATION_BYTES = ", =\"\"".length();

    private final byte[] utf8 = new byte[MAX_BYTES];
    private int size;
    private int count;

    /** Discards the current labels and starts with these. */
    LabelSetBuilder startWith(LabelSet start) {
      System.arraycopy(start.utf8, 0, utf8, 0, start.utf8.length);
      size = start.utf8.length;
      count = start.count;
      return this;
    }

    /** Adds a label that distinguishes samples; its value may use half of the remaining bytes. */
    void addLabel(String name, String value) {
      var remaining = remainingBytes(name);
      addText(
          name,
          value,
          remaining <= MIN_VALUE_BYTES ? remaining : Math.max(MIN_VALUE_BYTES, remaining / 2));
    }

    /** Adds a label whose value is truncated at {@code maxBytes}, including escapes. */
    void addText(String name, String value, int maxBytes) {
      var remaining = Math.min(remainingBytes(name), maxBytes);
      if (remaining <= 0 || count == MAX_LABELS) {
        return;
      }
      if (size > 0) {
        appendByte(',');
        appendByte(' ');
      }
      appendPlain(name, size + name.length());
      appendByte('=');
      appendByte('"');
      appendValue(value, size + remaining);
      appendByte('"');
      count++;
    }

    LabelSet build() {
      return new LabelSet(Arrays.copyOf(utf8, size), count);
    }

    int remainingBytes(String name) {
      return MAX_BYTES - size - name.length() - PUNCTUATION_BYTES;
    }

    /** Appends the characters that fit before the end. */
    private void appendValue(String value, int end) {
      var plainCount = appendPlain(value, end);
      int step;
      for (int i = plainCount; i < value.length(); i += step) {
        var c = value.codePointAt(i);
        step = Character.charCount(c);
        if (size + encodedBytes(c) > end) {
          return;
        }
        appendCharacter(c);
      }
    }

    /**
     * Appends the characters before the first one that is not copied unchanged, and returns their
     * number.
     */
    private int appendPlain(String value, int end) {
      var length = Math.min(value.length(), end - size);
      var plain = 0;
      for (; plain < length; plain++) {
        var c = value.charAt(plain);
        if (c >= PLAIN_CHARACTERS.length || !PLAIN_CHARACTERS[c]) {
          break;
        }
        utf8[size + plain] = (byte) c;
      }
      size += plain;
      return plain;
    }

    private static int encodedBytes(int c) {
      if (c < 0x80) {
        return c == '\\' || c == '"' || c == '\n' ? 2 : 1;
      }
      return c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    }

    private void appendCharacter(int c) {
      switch (c) {
        case '\\', '"' -> appendEscaped(c);
        case '\n' -> appendEscaped('n');
        case '{' -> appendByte('(');
        case '}' -> appendByte(')');
        default -> {
          if (c >= ' ' && c < 0x7F) {
            appendByte(c);
          } else if (c > 0x9F) {
            appendMultibyte(c);
          }
        }
      }
    }

    private void appendEscaped(int c) {
      appendByte('\\');
      appendByte(c);
    }

    private void appendMultibyte(int c) {
      if (c < 0x800) {
        appendByte(0xC0 | (c >> 6));
      } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        appendByte('?'); // a lone surrogate
        return;
      } else if (c < 0x10000) {
        appendByte(0xE0 | (c >> 12));
        appendByte(0x80 | ((c >> 6) & 0x3F));
      } else {
        appendByte(0xF0 | (c >> 18));
        appendByte(0x80 | ((c >> 12) & 0x3F));
        appendByte(0x80 | ((c >> 6) & 0x3F));
      }
      appendByte(0x80 | (c & 0x3F));
    }

    private static boolean[] plainCharacters() {
      var plain = new boolean[0x7F];
      Arrays.fill(plain, ' ', plain.length, true);
      for (var special : new char[] {'\\', '"', '{', '}'}) {
        plain[special] = false;
      }
      return plain;
    }

    private void appendByte(int c) {
      utf8[size++] = (byte) c;
    }
  }
}
