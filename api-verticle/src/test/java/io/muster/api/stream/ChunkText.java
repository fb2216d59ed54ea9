package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.buffer.Unpooled;

/** The text of a chunk. */
public final class ChunkText {
  private ChunkText() {}

  /** Returns its body as text. */
  public static String of(SharedChunk chunk) {
    return of(chunk, Framing.PLAIN);
  }

  static String of(SharedChunk chunk, Framing framing) {
    var length = chunk.length(framing);
    var copy = Unpooled.buffer(length);
    chunk.copyTo(copy, framing, 0, length);
    return copy.toString(UTF_8);
  }
}
