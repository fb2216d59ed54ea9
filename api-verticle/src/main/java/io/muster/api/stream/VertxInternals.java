package io.muster.api.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.VertxHandler;
import java.nio.ByteBuffer;

/**
 * The only access of this module to classes of Vert.x 5.0 and Netty 4.2 that are not public API. An
 * update of either has to compare each method with the new version. The pipeline of a connection:
 *
 * <pre>{@code
 * socket | TLS | codec of HTTP, later of WebSocket frames | handlers of Muster | handler of Vert.x
 * }</pre>
 */
public final class VertxInternals {
  private VertxInternals() {}

  /** The channel of an HTTP/1 connection, which Vert.x does not publish. */
  public static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /**
   * Adds a handler that receives each message before that of Vert.x, which handles requests and,
   * after an upgrade, WebSocket frames.
   */
  public static void addHandler(Channel channel, ChannelHandler handler) {
    var pipeline = channel.pipeline();
    pipeline.addBefore(pipeline.context(VertxHandler.class).name(), null, handler);
  }

  /**
   * The encoder of HTTP responses. What it writes itself reaches the socket unchanged: Vert.x would
   * frame and queue each chunk for each connection.
   */
  public static ChannelHandlerContext encoder(Channel channel) {
    return channel.pipeline().context(HttpResponseEncoder.class);
  }

  /** Bytes that were written to the channel and that the kernel has not accepted yet. */
  public static long unsentBytes(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
  }

  /** Wraps bytes on the heap or in direct memory; public buffers of Vert.x copy to the heap. */
  public static Buffer wrap(ByteBuffer bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }

  /**
   * Returns a view of the bytes, which the caller must release; public buffers of Vert.x hand out
   * copies.
   */
  public static ByteBuf retainedBytes(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf().retainedDuplicate();
  }
}
