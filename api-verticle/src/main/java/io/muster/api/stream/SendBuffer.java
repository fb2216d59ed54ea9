package io.muster.api.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;

/**
 * The send buffer of the kernel for a connection, limited so that a client that does not read is
 * detected once this buffer and its own are full.
 */
public final class SendBuffer {
  /** The limit; the kernel may buffer twice as much. */
  static final int BYTES = 64 * 1024;

  private SendBuffer() {}

  /** Limits the buffer of an HTTP/1 connection. */
  public static void limit(HttpConnection connection) {
    limit(VertxInternals.channel(connection));
  }

  /** Limits the buffer, unless the client has disconnected. */
  public static void limit(Channel channel) {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_SNDBUF, BYTES);
    }
  }
}
