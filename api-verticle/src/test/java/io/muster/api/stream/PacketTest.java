package io.muster.api.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.stream.Packet.Framing;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PacketTest {
  @Test
  void of_text_isOneChunkWithItsLengthInHexadecimal() {
    var packet = Packet.of("sixteen letters\n");

    assertThat(PacketText.of(packet, Framing.CHUNKED)).isEqualTo("10\r\nsixteen letters\n\r\n");
    assertThat(PacketText.of(packet, Framing.PLAIN)).isEqualTo("sixteen letters\n");
    assertThat(packet.length()).isEqualTo(22);
    assertThat(packet.length(Framing.PLAIN)).isEqualTo(16);
  }

  @Test
  void of_text_countsBytesOfUtf8() {
    assertThat(PacketText.of(Packet.of("é€"), Framing.CHUNKED)).isEqualTo("5\r\né€\r\n");
  }

  @Test
  void copyTo_slices_makeTheWholeInBothFramings() {
    var packet = Packet.of("0123456789".repeat(7));
    for (var framing : Framing.values()) {
      var whole = Unpooled.buffer();
      for (int from = 0; from < packet.length(framing); from += 16) {
        packet.copyTo(whole, framing, from, Math.min(16, packet.length(framing) - from));
      }

      assertThat(whole.toString(UTF_8)).isEqualTo(PacketText.of(packet, framing));
    }
  }
}
