package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.cluster.bus.BusMessageDecoder.BusMemoryException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusMessageDecoderTest {
  private static final int BYTES = 1_000;

  private final AtomicLong freeBytes = new AtomicLong(2 * BYTES + 500);

  @Test
  void channelRead_completeMessages_claimNothing() {
    var channel = channel();

    for (var message = 0; message < 10; message++) {
      assertThat(channel.writeInbound(messageOf(2 * BYTES, 2 * BYTES))).isTrue();
    }

    assertThat(freeBytes).hasValue(2 * BYTES + 500);
  }

  @Test
  void channelRead_incompleteMessage_claimsWhatItAnnouncesUntilItIsComplete() {
    var channel = channel();

    channel.writeInbound(messageOf(BYTES, 10));
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[10]));
    assertThat(freeBytes).hasValue(BYTES + 500);

    assertThat(channel.writeInbound(Unpooled.wrappedBuffer(new byte[BYTES - 20]))).isTrue();
    assertThat(freeBytes).hasValue(2 * BYTES + 500);
  }

  @Test
  void channelRead_moreThanAllConnectionsMayOccupy_isRejectedAndReleased() {
    var first = channel();
    var second = channel();
    first.writeInbound(messageOf(BYTES, 10));
    second.writeInbound(messageOf(BYTES, 10));

    assertThatThrownBy(() -> channel().writeInbound(messageOf(BYTES, 10)))
        .isInstanceOf(BusMemoryException.class);

    assertThat(freeBytes).hasValue(500);
    first.close().syncUninterruptibly();
    second.close().syncUninterruptibly();
    assertThat(freeBytes).hasValue(2 * BYTES + 500);
  }

  private EmbeddedChannel channel() {
    return new EmbeddedChannel(new BusMessageDecoder(freeBytes));
  }

  private static ByteBuf messageOf(int announcedBytes, int presentBytes) {
    return Unpooled.buffer().writeInt(announcedBytes).writeBytes(new byte[presentBytes]);
  }
}
