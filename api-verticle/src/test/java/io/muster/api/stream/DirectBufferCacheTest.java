package io.muster.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectBufferCacheTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final DirectBufferCache buffers = new DirectBufferCache();
  private final SharedChunk chunk = SharedChunk.of("a frame");
  private final List<ByteBuf> copies = new ArrayList<>();

  @AfterEach
  void release_everyCopyOnce_leavesNothing() {
    copies.forEach(ByteBuf::release);

    assertThat(copies).allMatch(copy -> copy.refCnt() == 0);
    assertThat(allocator.metric().usedDirectMemory()).as("leaked bytes").isZero();
  }

  @Test
  void copy_whileSharing_isCreatedOnceForEachChunkAndFraming() {
    var another = SharedChunk.of("another frame");
    buffers.shareCopies(
        () -> {
          for (int subscriber = 0; subscriber < 10; subscriber++) {
            copy(chunk, Framing.CHUNKED);
            copy(chunk, Framing.PLAIN);
            copy(another, Framing.CHUNKED);
          }
          assertThat(allocator.metric().usedDirectMemory())
              .isEqualTo(chunk.length() + chunk.length(Framing.PLAIN) + another.length());
        });

    assertThat(copies.get(0).refCnt())
        .as("one reference for each subscriber that has not sent")
        .isEqualTo(10);
    assertThat(copies.get(0).memoryAddress()).isEqualTo(copies.get(27).memoryAddress());
  }

  @Test
  void copy_shared_hasAReaderIndexForEachSubscriber() {
    buffers.shareCopies(
        () -> {
          var first = copy(chunk, Framing.PLAIN);
          first.skipBytes(first.readableBytes());
          assertThat(copy(chunk, Framing.PLAIN).readableBytes()).isEqualTo(7);
        });
  }

  @Test
  void copy_withoutSharing_isNotShared() {
    var one = copy(chunk, Framing.CHUNKED);
    var other = copy(chunk, Framing.CHUNKED);

    assertThat(one.refCnt()).isEqualTo(1);
    assertThat(one.memoryAddress()).isNotEqualTo(other.memoryAddress());
  }

  @Test
  void shareCopies_again_copiesAgain() {
    buffers.shareCopies(() -> copy(chunk, Framing.CHUNKED));
    buffers.shareCopies(() -> copy(chunk, Framing.CHUNKED));

    assertThat(copies).allMatch(copy -> copy.refCnt() == 1);
  }

  @Test
  void shareCopies_taskFails_releasesAndEndsTheSharing() {
    Runnable failing =
        () -> {
          copy(chunk, Framing.CHUNKED);
          throw new IllegalStateException("a subscriber failed");
        };

    assertThatThrownBy(() -> buffers.shareCopies(failing)).hasMessage("a subscriber failed");
    assertThat(copies.get(0).refCnt()).isEqualTo(1);
    assertThat(copy(chunk, Framing.CHUNKED).memoryAddress())
        .isNotEqualTo(copies.get(0).memoryAddress());
  }

  private ByteBuf copy(SharedChunk source, Framing framing) {
    var copy = buffers.copy(source, framing, allocator);
    copies.add(copy);
    return copy;
  }
}
