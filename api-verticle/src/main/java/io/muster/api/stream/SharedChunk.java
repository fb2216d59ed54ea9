package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/**
 * Immutable bytes that are written to many sockets, framed once as a chunk of HTTP's chunked
 * transfer coding.
 *
 * <pre>
 * {@code size in hexadecimal CR LF | body | CR LF}
 * </pre>
 */
public final class SharedChunk {
  private static final byte[] CRLF = {'\r', '\n'};

  private final byte[] framedBytes;
  private final int bodyStart;
  private final int bodyLength;
  private final Checksum checksum;

  private SharedChunk(byte[] body, Checksum checksum) {
    var size = (Integer.toHexString(body.length) + "\r\n").getBytes(US_ASCII);
    this.bodyStart = size.length;
    this.bodyLength = body.length;
    this.checksum = checksum;
    this.framedBytes = new byte[bodyStart + bodyLength + CRLF.length];
    System.arraycopy(size, 0, framedBytes, 0, bodyStart);
    System.arraycopy(body, 0, framedBytes, bodyStart, bodyLength);
    System.arraycopy(CRLF, 0, framedBytes, bodyStart + bodyLength, CRLF.length);
  }

  /** Returns a chunk with this body, for uncompressed streams. */
  public static SharedChunk of(byte[] body) {
    return new SharedChunk(body, Checksum.EMPTY);
  }

  /** Returns a chunk with this text in UTF-8, for uncompressed streams. */
  public static SharedChunk of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** Returns the same body as a part of any gzip stream: see {@link GzipStream}. */
  public SharedChunk compressed() {
    return compressed(framedBytes, bodyStart, bodyLength);
  }

  /** Returns a part of a gzip stream that inflates to this text. */
  public static SharedChunk compressed(String text) {
    var body = text.getBytes(UTF_8);
    return compressed(body, 0, body.length);
  }

  /** Bytes on the wire, including the framing of the chunk. */
  public int length() {
    return framedBytes.length;
  }

  /** Bytes on the wire in this framing. */
  int length(Framing framing) {
    return switch (framing) {
      case CHUNKED -> framedBytes.length;
      case PLAIN -> bodyLength;
    };
  }

  /** The checksum of the inflated bytes of a part of a gzip stream; empty for other chunks. */
  Checksum checksum() {
    return checksum;
  }

  void copyTo(ByteBuf target, Framing framing, int from, int length) {
    target.writeBytes(framedBytes, (framing == Framing.PLAIN ? bodyStart : 0) + from, length);
  }

  private static SharedChunk compressed(byte[] bytes, int from, int length) {
    return new SharedChunk(
        GzipStream.deflate(bytes, from, length), Checksum.of(bytes, from, length));
  }

  /** The delimiter of a body: chunks in HTTP/1.1, the end of the connection in HTTP/1.0. */
  public enum Framing {
    CHUNKED,
    PLAIN
  }
}
