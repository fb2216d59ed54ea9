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
public final class KernelText {
  private static final int FIRST_SIZE_BYTES = 16 * 1024;
  private static final int NO_LIMIT = Integer.MAX_VALUE - 8;

  private byte[] bytes = new byte[FIRST_SIZE_BYTES];
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
    try (var in = new FileInputStream(file)) {
      int got = fill(in, maxBytes);
      while (got > 0 && length < maxBytes) {
        got = fill(in, maxBytes);
      }
    }
  }

  /** Puts the cursor back at the start. */
  public void rewind() {
    position = 0;
  }

  public boolean atEnd() {
    return position >= length;
  }

  /** Whether the text goes on so at the cursor. */
  public boolean startsWith(byte[] prefix) {
    return position + prefix.length <= length
        && Arrays.equals(bytes, position, position + prefix.length, prefix, 0, prefix.length);
  }

  /** Passes the prefix if the text goes on so at the cursor, else stays. */
  public boolean pass(byte[] prefix) {
    boolean there = startsWith(prefix);
    position += there ? prefix.length : 0;
    return there;
  }

  /** Puts the cursor behind the next line end, or at the end of the text. */
  public void nextLine() {
    while (position < length && bytes[position] != '\n') {
      position++;
    }
    position = Math.min(position + 1, length);
  }

  /** Whether the next byte but blanks is a decimal digit; the cursor stays. */
  public boolean digitNext() {
    return position < length && isDigit(bytes[position]);
  }

  /**
   * The next number on this line, blanks before it passed; 0 where the line has no more, as in the
   * shorter lines of older kernels.
   */
  public long nextNumber() {
    passBlanks();
    boolean negative = position < length && bytes[position] == '-';
    position += negative ? 1 : 0;
    long number = 0;
    while (digitNext()) {
      number = number * 10 + (bytes[position] - '0');
      position++;
    }
    return negative ? -number : number;
  }

  /** Passes so many words on this line. */
  public void skipWords(int count) {
    for (int word = 0; word < count; word++) {
      passBlanks();
      passWord();
    }
  }

  /** The next byte but blanks, which is passed; a blank at the end of the text. */
  public char nextLetter() {
    passBlanks();
    return position < length ? (char) bytes[position++] : ' ';
  }

  /** Puts the cursor on the next such byte of this line, and tells whether there is one. */
  public boolean seek(char wanted) {
    int at = position;
    while (at < length && bytes[at] != wanted && bytes[at] != '\n') {
      at++;
    }
    boolean found = at < length && bytes[at] == wanted;
    position = found ? at : position;
    return found;
  }

  /**
   * The text between the first opening and the last closing mark, which may itself hold both, and
   * the cursor behind it; empty text and an unmoved cursor where there is no such pair.
   */
  public String between(char open, char close) {
    int from = position;
    while (from < length && bytes[from] != open) {
      from++;
    }
    int to = length - 1;
    while (to > from && bytes[to] != close) {
      to--;
    }
    if (to <= from) {
      return "";
    }
    position = to + 1;
    return new String(bytes, from + 1, to - from - 1, UTF_8);
  }

  /**
   * The text up to the next such mark of this line, blanks before it passed, and the cursor behind
   * the mark; empty text and an unmoved cursor where there is none.
   */
  public String upTo(char mark) {
    passBlanks();
    int from = position;
    if (!seek(mark)) {
      return "";
    }
    position++;
    return new String(bytes, from, position - 1 - from, UTF_8);
  }

  /** Whether a word that ends in {@code end} stands at the cursor; blanks before it are passed. */
  public boolean wordNext(byte[] word, char end) {
    passBlanks();
    int behind = position + word.length;
    return startsWith(word) && behind < length && bytes[behind] == end;
  }

  /** Everything from the cursor on, with each zero byte as a blank, and none at the end. */
  public String rest() {
    int end = length;
    while (end > position && (bytes[end - 1] == 0 || isBlank(bytes[end - 1]))) {
      end--;
    }
    for (int at = position; at < end; at++) {
      bytes[at] = bytes[at] == 0 ? (byte) ' ' : bytes[at];
    }
    return new String(bytes, position, end - position, UTF_8);
  }

  private int fill(FileInputStream in, int maxBytes) throws IOException {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    int got = in.read(bytes, length, Math.min(bytes.length, maxBytes) - length);
    length += Math.max(got, 0);
    return got;
  }

  private void passBlanks() {
    while (position < length && (bytes[position] == ' ' || bytes[position] == '\t')) {
      position++;
    }
  }

  private void passWord() {
    while (position < length && !isBlank(bytes[position])) {
      position++;
    }
  }

  private static boolean isBlank(byte letter) {
    return letter == ' ' || letter == '\t' || letter == '\n';
  }

  private static boolean isDigit(byte letter) {
    return letter >= '0' && letter <= '9';
  }
}
