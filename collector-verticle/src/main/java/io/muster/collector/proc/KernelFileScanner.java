package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The text of one kernel file, with a cursor. The buffer is reused for each file, so that a tick
 * allocates nothing; therefore a load replaces the previous text. Used by one thread only.
 */
public final class KernelFileScanner {
  private static final int INITIAL_SIZE_BYTES = 16 * 1024;
  private static final int NO_LIMIT = Integer.MAX_VALUE - 8;

  private byte[] buffer = new byte[INITIAL_SIZE_BYTES];
  private int length;
  private int position;

  /** Reads a whole file and moves the cursor to its start. */
  public void load(File file) throws IOException {
    load(file, NO_LIMIT);
  }

  /** Reads at most {@code maxBytes} from the start of a file and moves the cursor to its start. */
  public void load(File file, int maxBytes) throws IOException {
    length = 0;
    position = 0;
    try (var input = new FileInputStream(file)) {
      int readCount = fill(input, maxBytes);
      while (readCount > 0 && length < maxBytes) {
        readCount = fill(input, maxBytes);
      }
    }
  }

  public boolean isAtEnd() {
    return position >= length;
  }

  /** Skips an ASCII {@code prefix} and returns true if the text at the cursor starts with it. */
  public boolean skipPrefix(String prefix) {
    int end = position + prefix.length();
    boolean matches = end <= length;
    for (int index = position; matches && index < end; index++) {
      matches = buffer[index] == prefix.charAt(index - position);
    }
    position = matches ? end : position;
    return matches;
  }

  /**
   * Reads the remaining lines, each of which begins with a key and a number. Returns the number of
   * each of these keys, empty if there is none.
   */
  public OptionalLong[] readNumbers(String... keys) {
    var numbers = new OptionalLong[keys.length];
    Arrays.fill(numbers, OptionalLong.empty());
    for (; !isAtEnd(); skipLine()) {
      for (int index = 0; index < keys.length; index++) {
        numbers[index] = skipPrefix(keys[index]) ? OptionalLong.of(nextNumber()) : numbers[index];
      }
    }
    return numbers;
  }

  /** Moves the cursor after the next line end, or to the end of the text. */
  public void skipLine() {
    while (position < length && buffer[position] != '\n') {
      position++;
    }
    position = Math.min(position + 1, length);
  }

  /** Returns true if the byte at the cursor is a decimal digit. */
  public boolean isAtDigit() {
    return position < length && isDigit(buffer[position]);
  }

  /**
   * Reads the next number on this line, after any blanks; 0 if the line has no more, as in the
   * shorter lines of older kernels.
   */
  public long nextNumber() {
    skipBlanks();
    boolean negative = position < length && buffer[position] == '-';
    position += negative ? 1 : 0;
    long number = 0;
    while (isAtDigit()) {
      number = number * 10 + (buffer[position] - '0');
      position++;
    }
    return negative ? -number : number;
  }

  /** Skips {@code count} words on this line. */
  public void skipWords(int count) {
    for (int word = 0; word < count; word++) {
      skipBlanks();
      skipWord();
    }
  }

  /** Reads the next byte that is not blank; returns a blank at the end of the text. */
  public char nextCharacter() {
    skipBlanks();
    return position < length ? (char) buffer[position++] : ' ';
  }

  /**
   * Reads the text between the first opening and the last closing mark, which may contain both, and
   * moves the cursor after it; empty text and an unmoved cursor if there is no such pair.
   */
  public String nextEnclosed(char open, char close) {
    int start = position;
    while (start < length && buffer[start] != open) {
      start++;
    }
    int end = length - 1;
    while (end > start && buffer[end] != close) {
      end--;
    }
    if (end <= start) {
      return "";
    }
    position = end + 1;
    return new String(buffer, start + 1, end - start - 1, UTF_8);
  }

  /**
   * Reads the text up to the next {@code delimiter} on this line, after any blanks, and moves the
   * cursor after the delimiter; empty text if there is none.
   */
  public String nextUntil(char delimiter) {
    skipBlanks();
    int end = position;
    while (end < length && buffer[end] != delimiter && buffer[end] != '\n') {
      end++;
    }
    if (end == length || buffer[end] != delimiter) {
      return "";
    }
    var text = new String(buffer, position, end - position, UTF_8);
    position = end + 1;
    return text;
  }

  /**
   * Returns the text from the cursor on, with each zero byte replaced by a blank and no trailing
   * blanks.
   */
  public String remainingText() {
    return remainingArguments().replace('\0', ' ');
  }

  /** Returns the text from the cursor on, without trailing zero bytes and blanks. */
  String remainingArguments() {
    int end = length;
    while (end > position && (buffer[end - 1] == 0 || isBlank(buffer[end - 1]))) {
      end--;
    }
    return new String(buffer, position, end - position, UTF_8);
  }

  private int fill(FileInputStream input, int maxBytes) throws IOException {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int readCount = input.read(buffer, length, Math.min(buffer.length, maxBytes) - length);
    length += Math.max(readCount, 0);
    return readCount;
  }

  private void skipBlanks() {
    while (position < length && (buffer[position] == ' ' || buffer[position] == '\t')) {
      position++;
    }
  }

  private void skipWord() {
    while (position < length && !isBlank(buffer[position])) {
      position++;
    }
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t' || character == '\n';
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }
}
