package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class SharedChunkTest {
  @Test
  void of_text_isOneChunkWithItsLengthInHexadecimal() {
    var chunk = SharedChunk.of("sixteen letters\n");

    assertThat(ChunkText.of(chunk, Framing.CHUNKED)).isEqualTo("10\r\nsixteen letters\n\r\n");
    assertThat(ChunkText.of(chunk, Framing.PLAIN)).isEqualTo("sixteen letters\n");
    assertThat(chunk.length()).isEqualTo(22);
    assertThat(chunk.length(Framing.PLAIN)).isEqualTo(16);
  }

  @Test
  void of_text_countsBytesOfUtf8() {
    assertThat(ChunkText.of(SharedChunk.of("é€"), Framing.CHUNKED)).isEqualTo("5\r\né€\r\n");
  }

  @Test
  void copyTo_slices_makeTheWholeInBothFramings() {
    var chunk = SharedChunk.of("0123456789".repeat(7));
    for (var framing : Framing.values()) {
      var whole = Unpooled.buffer();
      for (int from = 0; from < chunk.length(framing); from += 16) {
        chunk.copyTo(whole, framing, from, Math.min(16, chunk.length(framing) - from));
      }

      assertThat(whole.toString(UTF_8)).isEqualTo(ChunkText.of(chunk, framing));
    }
  }
}
