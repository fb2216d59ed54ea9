package io.muster.api.stream;

import java.io.IOException;
import java.io.InputStream;

/** The body of a chunked response, without the framing; ends after the last chunk. */
final class ChunkedInputStream extends InputStream {
  private final InputStream in;
  private int remaining;
  private boolean ended;

  ChunkedInputStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (remaining == 0 && !ended) {
      readChunkSize();
    }
    if (ended) {
      return -1;
    }
    var read = in.read(target, offset, Math.min(length, remaining));
    if (read < 0) {
      throw new IOException("truncated chunk");
    }
    remaining -= read;
    if (remaining == 0) {
      expectLineEnd();
    }
    return read;
  }

  private void readChunkSize() throws IOException {
    for (var next = in.read(); next != '\r'; next = in.read()) {
      remaining = remaining * 16 + Character.digit(next, 16);
    }
    expect('\n');
    if (remaining == 0) {
      ended = true;
      expectLineEnd();
    }
  }

  private void expectLineEnd() throws IOException {
    expect('\r');
    expect('\n');
  }

  private void expect(char expected) throws IOException {
    if (in.read() != expected) {
      throw new IOException("malformed chunk");
    }
  }
}
