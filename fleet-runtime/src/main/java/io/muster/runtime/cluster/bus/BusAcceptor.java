package io.muster.runtime.cluster.bus;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Adds a guard to each connection that the port of the event bus accepts. The pipeline of such a
 * connection:
 *
 * <pre>{@code
 * socket | TLS, if there is a secret | decoder of messages | guard | handlers of Vert.x
 * }</pre>
 *
 * Safe for use by any thread.
 */
final class BusAcceptor extends ChannelInboundHandlerAdapter {
  /** The share of the heap that incomplete messages may occupy. */
  private static final int HEAP_SHARE = 8;

  private final BusRejections rejections;
  private final HalfOpenBusConnections halfOpenConnections = new HalfOpenBusConnections();
  private final AtomicLong freeBytes =
      new AtomicLong(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  BusAcceptor(BusRejections rejections) {
    this.rejections = rejections;
  }

  /** Receives an accepted connection, before Vert.x adds its handlers. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ((Channel) message).pipeline().addLast(new GuardInstaller());
    context.fireChannelRead(message);
  }

  private void install(ChannelHandlerContext installer) {
    var pipeline = installer.pipeline();
    var tls = pipeline.context(SslHandler.class);
    var guard = new BusConnectionGuard(rejections, halfOpenConnections);
    var decoder = new BusMessageDecoder(freeBytes);
    var previous = tls == null ? installer.name() : tls.name();
    pipeline.addAfter(previous, null, guard).addAfter(previous, null, decoder);
    if (tls != null) {
      halfOpenConnections.add(pipeline.context(guard));
    }
  }

  /** Installs the guard when the handlers of Vert.x are there. Confined to one event loop. */
  private final class GuardInstaller extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      install(context);
      context.fireChannelActive();
      context.pipeline().remove(this);
    }
  }
}
