package io.muster.runtime.cluster.bus;

import io.netty.channel.ChannelHandlerContext;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The accepted connections whose handshake is not complete. Above the limit the oldest is rejected:
 * members complete theirs within milliseconds. Safe for use by any thread.
 */
final class HalfOpenBusConnections {
  static final int MAX_CONNECTIONS = 128;

  private final Set<ChannelHandlerContext> contexts = new LinkedHashSet<>();

  /** Adds the connection by the context of its guard. */
  void add(ChannelHandlerContext context) {
    ChannelHandlerContext oldest;
    synchronized (contexts) {
      contexts.add(context);
      if (contexts.size() <= MAX_CONNECTIONS) {
        return;
      }
      oldest = contexts.iterator().next();
      contexts.remove(oldest);
    }
    oldest
        .executor()
        .execute(() -> ((BusConnectionGuard) oldest.handler()).reject(oldest, BusRejection.LIMIT));
  }

  void remove(ChannelHandlerContext context) {
    synchronized (contexts) {
      contexts.remove(context);
    }
  }
}
