package io.muster.api.stream;

import java.io.IOException;
import java.io.InputStream;

/** The body of an answer in chunks, without their framing; ends behind the last one. */
final class ChunkedBody extends InputStream {
  private final InputStream in;
  private int left;
  private boolean ended;

  ChunkedBody(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0 && !ended) {
      begin();
    }
    if (ended) {
      return -1;
    }
    var read = in.read(target, offset, Math.min(length, left));
    if (read < 0) {
      throw new IOException("chunk is cut off");
    }
    left -= read;
    if (left == 0) {
      lineEnd();
    }
    return read;
  }

  private void begin() throws IOException {
    for (var next = in.read(); next != '\r'; next = in.read()) {
      left = left * 16 + Character.digit(next, 16);
    }
    expect('\n');
    if (left == 0) {
      ended = true;
      lineEnd();
    }
  }

  private void lineEnd() throws IOException {
    expect('\r');
    expect('\n');
  }

  private void expect(char wanted) throws IOException {
    if (in.read() != wanted) {
      throw new IOException("chunk is not framed");
    }
  }
}
