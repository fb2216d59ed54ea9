package io.muster.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.stream.Packet.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StagingTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final Staging staging = new Staging();
  private final Packet packet = Packet.of("a frame");
  private final List<ByteBuf> copies = new ArrayList<>();

  @AfterEach
  void release_everyCopyOnce_leavesNothing() {
    copies.forEach(ByteBuf::release);

    assertThat(copies).allMatch(copy -> copy.refCnt() == 0);
    assertThat(allocator.metric().usedDirectMemory()).as("bytes that leak").isZero();
  }

  @Test
  void copy_whileSharing_isMadeOnceForEachPacketAndFraming() {
    var another = Packet.of("another frame");
    staging.share(
        () -> {
          for (int subscriber = 0; subscriber < 10; subscriber++) {
            copy(packet, Framing.CHUNKED);
            copy(packet, Framing.PLAIN);
            copy(another, Framing.CHUNKED);
          }
          assertThat(allocator.metric().usedDirectMemory())
              .isEqualTo(packet.length() + packet.length(Framing.PLAIN) + another.length());
        });

    assertThat(copies.get(0).refCnt())
        .as("one for each subscriber that has not sent")
        .isEqualTo(10);
    assertThat(copies.get(0).memoryAddress()).isEqualTo(copies.get(27).memoryAddress());
  }

  @Test
  void copy_ofASharedOne_isReadByEachFromItsStart() {
    staging.share(
        () -> {
          var first = copy(packet, Framing.PLAIN);
          first.skipBytes(first.readableBytes());
          assertThat(copy(packet, Framing.PLAIN).readableBytes()).isEqualTo(7);
        });
  }

  @Test
  void copy_withoutSharing_isTheCallersOwn() {
    var one = copy(packet, Framing.CHUNKED);
    var other = copy(packet, Framing.CHUNKED);

    assertThat(one.refCnt()).isEqualTo(1);
    assertThat(one.memoryAddress()).isNotEqualTo(other.memoryAddress());
  }

  @Test
  void share_again_copiesAgain() {
    staging.share(() -> copy(packet, Framing.CHUNKED));
    staging.share(() -> copy(packet, Framing.CHUNKED));

    assertThat(copies).allMatch(copy -> copy.refCnt() == 1);
  }

  @Test
  void share_taskFails_releasesAndEndsTheSharing() {
    Runnable failing =
        () -> {
          copy(packet, Framing.CHUNKED);
          throw new IllegalStateException("a subscriber failed");
        };

    assertThatThrownBy(() -> staging.share(failing)).hasMessage("a subscriber failed");
    assertThat(copies.get(0).refCnt()).isEqualTo(1);
    assertThat(copy(packet, Framing.CHUNKED).memoryAddress())
        .isNotEqualTo(copies.get(0).memoryAddress());
  }

  private ByteBuf copy(Packet each, Framing framing) {
    var copy = staging.copy(each, framing, allocator);
    copies.add(copy);
    return copy;
  }
}
