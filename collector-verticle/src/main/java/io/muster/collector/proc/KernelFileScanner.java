package io.muster.collector.proc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * The text of one kernel file, with a cursor. The buffer is kept from file to file, so that a tick
 * makes no garbage; hence one thread only, and what a load brought is gone with the next.
 */
public final class KernelFileScanner {
  private static final int INITIAL_SIZE_BYTES = 16 * 1024;
  private static final int NO_LIMIT = Integer.MAX_VALUE - 8;

  private byte[] buffer = new byte[INITIAL_SIZE_BYTES];
  private int length;
  private int position;

  /** Reads a whole file and puts the cursor at its start. */
  public void load(File file) throws IOException {
    load(file, NO_LIMIT);
  }

  /** Reads the first bytes of a file, at most so many, and puts the cursor at its start. */
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

  /** Puts the cursor back at the start. */
  public void rewind() {
    position = 0;
  }

  public boolean isAtEnd() {
    return position >= length;
  }

  /** Whether the text goes on so at the cursor. */
  public boolean startsWith(byte[] prefix) {
    return position + prefix.length <= length
        && Arrays.equals(buffer, position, position + prefix.length, prefix, 0, prefix.length);
  }

  /** Passes the prefix if the text goes on so at the cursor, else stays. */
  public boolean skipPrefix(byte[] prefix) {
    boolean matches = startsWith(prefix);
    position += matches ? prefix.length : 0;
    return matches;
  }

  /** Puts the cursor behind the next line end, or at the end of the text. */
  public void skipLine() {
    while (position < length && buffer[position] != '\n') {
      position++;
    }
    position = Math.min(position + 1, length);
  }

  /** Whether the next byte but blanks is a decimal digit; the cursor stays. */
  public boolean isAtDigit() {
    return position < length && isDigit(buffer[position]);
  }

  /**
   * The next number on this line, blanks before it passed; 0 where the line has no more, as in the
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

  /** Passes so many words on this line. */
  public void skipWords(int count) {
    for (int word = 0; word < count; word++) {
      skipBlanks();
      skipWord();
    }
  }

  /** The next byte but blanks, which is passed; a blank at the end of the text. */
  public char nextCharacter() {
    skipBlanks();
    return position < length ? (char) buffer[position++] : ' ';
  }

  /** Puts the cursor on the next such byte of this line, and tells whether there is one. */
  public boolean seekInLine(char delimiter) {
    int index = position;
    while (index < length && buffer[index] != delimiter && buffer[index] != '\n') {
      index++;
    }
    boolean found = index < length && buffer[index] == delimiter;
    position = found ? index : position;
    return found;
  }

  /**
   * The text between the first opening and the last closing mark, which may itself hold both, and
   * the cursor behind it; empty text and an unmoved cursor where there is no such pair.
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
   * The text up to the next such mark of this line, blanks before it passed, and the cursor behind
   * the mark; empty text and an unmoved cursor where there is none.
   */
  public String nextUntil(char delimiter) {
    skipBlanks();
    int start = position;
    if (!seekInLine(delimiter)) {
      return "";
    }
    position++;
    return new String(buffer, start, position - 1 - start, UTF_8);
  }

  /** Whether a word that ends in {@code end} stands at the cursor; blanks before it are passed. */
  public boolean isAtWord(byte[] word, char terminator) {
    skipBlanks();
    int endIndex = position + word.length;
    return startsWith(word) && endIndex < length && buffer[endIndex] == terminator;
  }

  /** Everything from the cursor on, with each zero byte as a blank, and none at the end. */
  public String remainingText() {
    int end = length;
    while (end > position && (buffer[end - 1] == 0 || isBlank(buffer[end - 1]))) {
      end--;
    }
    for (int index = position; index < end; index++) {
      buffer[index] = buffer[index] == 0 ? (byte) ' ' : buffer[index];
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
