package io.muster.api.stream;

import io.muster.api.stream.SharedChunk.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.IdentityHashMap;

/**
 * Copies of chunks in direct memory, from which sockets write. While a chunk is broadcast to many
 * subscribers, they share one copy. Confined to one event loop.
 */
public final class DirectBufferCache {
  private final IdentityHashMap<SharedChunk, ByteBuf> chunked = new IdentityHashMap<>();
  private final IdentityHashMap<SharedChunk, ByteBuf> plain = new IdentityHashMap<>();
  private boolean sharing;

  /** Runs the task; each chunk that is written during it is copied once. */
  public void shareCopies(Runnable task) {
    sharing = true;
    try {
      task.run();
    } finally {
      sharing = false;
      release(chunked);
      release(plain);
    }
  }

  /** Returns a copy that the caller must release. */
  ByteBuf copy(SharedChunk chunk, Framing framing, ByteBufAllocator allocator) {
    if (!sharing) {
      return createCopy(chunk, framing, allocator);
    }
    var copies = framing == Framing.CHUNKED ? chunked : plain;
    return copies
        .computeIfAbsent(chunk, each -> createCopy(each, framing, allocator))
        .retainedDuplicate();
  }

  private static ByteBuf createCopy(
      SharedChunk chunk, Framing framing, ByteBufAllocator allocator) {
    var length = chunk.length(framing);
    var copy = allocator.directBuffer(length, length);
    chunk.copyTo(copy, framing, 0, length);
    return copy;
  }

  private static void release(IdentityHashMap<SharedChunk, ByteBuf> copies) {
    copies.values().forEach(ByteBuf::release);
    copies.clear();
  }
}
