package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;

/**
 * Bytes that go to many sockets: made once, never changed, and framed already as one chunk of
 * HTTP's chunked transfer coding.
 *
 * <pre>
 * {@code size in hexadecimal CR LF | body | CR LF}
 * </pre>
 */
public final class Packet {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final byte[] chunk;
  private final int bodyStart;
  private final int bodyLength;
  private final Checksum checksum;

  private Packet(byte[] body, Checksum checksum) {
    var size = (Integer.toHexString(body.length) + "\r\n").getBytes(US_ASCII);
    this.bodyStart = size.length;
    this.bodyLength = body.length;
    this.checksum = checksum;
    this.chunk = new byte[bodyStart + bodyLength + LINE_END.length];
    System.arraycopy(size, 0, chunk, 0, bodyStart);
    System.arraycopy(body, 0, chunk, bodyStart, bodyLength);
    System.arraycopy(LINE_END, 0, chunk, bodyStart + bodyLength, LINE_END.length);
  }

  /** A packet with this body, for streams that are not compressed. */
  public static Packet of(byte[] body) {
    return new Packet(body, Checksum.NONE);
  }

  /** A packet with this text in UTF-8, for streams that are not compressed. */
  public static Packet of(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** The same body as a part of any gzip stream: see {@link GzipStream}. */
  public Packet compressed() {
    return compressed(chunk, bodyStart, bodyLength);
  }

  /** A part of a gzip stream that inflates to this text. */
  public static Packet compressed(String text) {
    var body = text.getBytes(UTF_8);
    return compressed(body, 0, body.length);
  }

  /** Bytes on the wire, with the framing of the chunk. */
  public int length() {
    return chunk.length;
  }

  /** Bytes on the wire in this framing. */
  int length(Framing framing) {
    return switch (framing) {
      case CHUNKED -> chunk.length;
      case PLAIN -> bodyLength;
    };
  }

  /** What a part of a gzip stream inflates to; nothing for other packets. */
  Checksum checksum() {
    return checksum;
  }

  void copyTo(ByteBuf target, Framing framing, int from, int length) {
    target.writeBytes(chunk, (framing == Framing.PLAIN ? bodyStart : 0) + from, length);
  }

  private static Packet compressed(byte[] bytes, int from, int length) {
    return new Packet(GzipStream.block(bytes, from, length), Checksum.of(bytes, from, length));
  }

  /** How a body is delimited: HTTP/1.1 has chunks, HTTP/1.0 the end of the connection. */
  public enum Framing {
    CHUNKED,
    PLAIN
  }
}
