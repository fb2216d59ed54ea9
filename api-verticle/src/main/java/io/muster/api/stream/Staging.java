package io.muster.api.stream;

import io.muster.api.stream.Packet.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.IdentityHashMap;

/**
 * Copies of packets outside the Java heap, where sockets write from. While packets are handed to
 * many subscribers at once, all of them share one copy. Confined to one event loop.
 */
public final class Staging {
  private final IdentityHashMap<Packet, ByteBuf> chunked = new IdentityHashMap<>();
  private final IdentityHashMap<Packet, ByteBuf> plain = new IdentityHashMap<>();
  private boolean sharing;

  /** Runs the task; packets that are written in it are copied once each. */
  public void share(Runnable task) {
    sharing = true;
    try {
      task.run();
    } finally {
      sharing = false;
      release(chunked);
      release(plain);
    }
  }

  /** A copy that the caller has to release. */
  ByteBuf copy(Packet packet, Framing framing, ByteBufAllocator allocator) {
    if (!sharing) {
      return made(packet, framing, allocator);
    }
    var copies = framing == Framing.CHUNKED ? chunked : plain;
    return copies
        .computeIfAbsent(packet, each -> made(each, framing, allocator))
        .retainedDuplicate();
  }

  private static ByteBuf made(Packet packet, Framing framing, ByteBufAllocator allocator) {
    var length = packet.length(framing);
    var copy = allocator.directBuffer(length, length);
    packet.copyTo(copy, framing, 0, length);
    return copy;
  }

  private static void release(IdentityHashMap<Packet, ByteBuf> copies) {
    copies.values().forEach(ByteBuf::release);
    copies.clear();
  }
}
