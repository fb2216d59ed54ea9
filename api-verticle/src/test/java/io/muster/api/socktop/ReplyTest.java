package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyTest {
  private final FakeSocket client = new FakeSocket();

  @Test
  void sendTo_jsonUpToTheThreshold_isAText() {
    Reply.json(ofBytes(768)).sendTo(client, false);

    assertThat(client.last().binary()).isFalse();
    assertThat(client.last().message().length()).isEqualTo(768);
  }

  @Test
  void sendTo_jsonAboveTheThreshold_isGzip() {
    Reply.json(ofBytes(769)).sendTo(client, false);

    assertThat(client.last().binary()).isTrue();
    assertThat(client.last().message().getBytes(0, 2)).isEqualTo(new byte[] {0x1f, (byte) 0x8b});
    assertThat(client.last().bytes()).hasSize(769);
  }

  @Test
  void sendTo_thresholdCountsBytesOfUtf8() {
    Reply.json("é".repeat(384)).sendTo(client, false); // 768 and two quotes.

    assertThat(client.last().binary()).isTrue();
  }

  @Test
  void sendTo_askedForInJson_isATextHoweverLong() {
    Reply.json(ofBytes(100_000)).sendTo(client, true);

    assertThat(client.last().binary()).isFalse();
    assertThat(client.last().message().length()).isEqualTo(100_000);
  }

  @Test
  void sendTo_protobuf_isAlwaysGzipInBinary() {
    Reply.protobuf("could be a text".getBytes(UTF_8)).sendTo(client, true);
    Reply.protobuf(new byte[0]).sendTo(client, false);

    assertThat(client.got())
        .allSatisfy(
            frame -> {
              assertThat(frame.binary()).isTrue();
              assertThat(frame.message().getBytes(0, 2)).isEqualTo(new byte[] {0x1f, (byte) 0x8b});
            });
    assertThat(client.got().get(0).bytes()).asString(UTF_8).isEqualTo("could be a text");
  }

  @Test
  void sendTo_manyClients_shareTheBytes() {
    var reply = Reply.json(ofBytes(2_000));
    reply.sendTo(client, false);
    reply.sendTo(client, false);
    reply.sendTo(client, true);
    reply.sendTo(client, true);

    var got = client.got();
    assertThat(got.get(0).message()).isSameAs(got.get(1).message());
    assertThat(got.get(2).message()).isSameAs(got.get(3).message());
  }

  /** A JSON text of so many bytes, the quotes included. */
  private static String ofBytes(int count) {
    return "x".repeat(count - 2);
  }
}
