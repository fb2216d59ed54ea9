package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncodedReplyTest {
  private final FakeSocktopConnection client = new FakeSocktopConnection();

  @Test
  void sendTo_jsonUpToTheThreshold_isAText() {
    EncodedReply.json(textOfBytes(768)).sendTo(client, false);

    assertThat(client.lastReceived().binary()).isFalse();
    assertThat(client.lastReceived().message().length()).isEqualTo(768);
  }

  @Test
  void sendTo_jsonAboveTheThreshold_isGzip() {
    EncodedReply.json(textOfBytes(769)).sendTo(client, false);

    assertThat(client.lastReceived().binary()).isTrue();
    assertThat(client.lastReceived().message().getBytes(0, 2))
        .isEqualTo(new byte[] {0x1f, (byte) 0x8b});
    assertThat(client.lastReceived().decompressed()).hasSize(769);
  }

  @Test
  void sendTo_thresholdCountsBytesOfUtf8() {
    EncodedReply.json("é".repeat(384)).sendTo(client, false); // 768 and two quotes.

    assertThat(client.lastReceived().binary()).isTrue();
  }

  @Test
  void sendTo_jsonRequest_isATextOfAnyLength() {
    EncodedReply.json(textOfBytes(100_000)).sendTo(client, true);

    assertThat(client.lastReceived().binary()).isFalse();
    assertThat(client.lastReceived().message().length()).isEqualTo(100_000);
  }

  @Test
  void sendTo_protobuf_isAlwaysGzipInBinary() {
    EncodedReply.protobuf("could be a text".getBytes(UTF_8)).sendTo(client, true);
    EncodedReply.protobuf(new byte[0]).sendTo(client, false);

    assertThat(client.received())
        .allSatisfy(
            frame -> {
              assertThat(frame.binary()).isTrue();
              assertThat(frame.message().getBytes(0, 2)).isEqualTo(new byte[] {0x1f, (byte) 0x8b});
            });
    assertThat(client.received().get(0).decompressed())
        .asString(UTF_8)
        .isEqualTo("could be a text");
  }

  @Test
  void sendTo_manyClients_shareTheBytes() {
    var reply = EncodedReply.json(textOfBytes(2_000));
    reply.sendTo(client, false);
    reply.sendTo(client, false);
    reply.sendTo(client, true);
    reply.sendTo(client, true);

    var received = client.received();
    assertThat(received.get(0).message()).isSameAs(received.get(1).message());
    assertThat(received.get(2).message()).isSameAs(received.get(3).message());
  }

  /** Returns a text whose JSON has this number of bytes, including the quotes. */
  private static String textOfBytes(int count) {
    return "x".repeat(count - 2);
  }
}
