package io.muster.launcher.db.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.util.Locale;
import java.util.Optional;

/**
 * The lines of a text in UTF-8, of which only one is in memory. The last one must have an end, too:
 * without it the text was cut off. Confined to one thread.
 */
final class LineReader {
  private static final int MAX_LINE_BYTES = 65_536;
  private static final int BUFFER_BYTES = 65_536;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final CharsetDecoder decoder = UTF_8.newDecoder();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int end;
  private long line;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** Returns the number of the line that was read last, from 1. */
  long line() {
    return line;
  }

  /** Reads the next line that is not empty, without its end; empty after the last. */
  Optional<String> next() throws IOException, InvalidRowException {
    var next = nextLine();
    while (next.isPresent() && next.get().isEmpty()) {
      next = nextLine();
    }
    return next;
  }

  private Optional<String> nextLine() throws IOException, InvalidRowException {
    line++;
    var bytes = new ByteArrayOutputStream();
    while (fill()) {
      var start = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      if (bytes.size() + position - start > MAX_LINE_BYTES) {
        throw new InvalidRowException(
            line, String.format(Locale.ROOT, "longer than %,d bytes", MAX_LINE_BYTES));
      }
      bytes.write(buffer, start, position - start);
      if (position < end) {
        position++;
        return Optional.of(decode(bytes.toByteArray()));
      }
    }
    if (bytes.size() > 0) {
      throw new InvalidRowException(line, "no end of line: the file is truncated");
    }
    return Optional.empty();
  }

  private boolean fill() throws IOException {
    if (position == end) {
      position = 0;
      end = Math.max(0, in.read(buffer));
    }
    return position < end;
  }

  private String decode(byte[] bytes) throws InvalidRowException {
    try {
      var text = decoder.decode(ByteBuffer.wrap(bytes)).toString();
      var start = line == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
      return text.substring(start, text.endsWith("\r") ? text.length() - 1 : text.length());
    } catch (CharacterCodingException e) {
      throw new InvalidRowException(line, "not UTF-8");
    }
  }
}
