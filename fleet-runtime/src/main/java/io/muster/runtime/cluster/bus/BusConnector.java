package io.muster.runtime.cluster.bus;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import javax.net.ssl.SSLException;

/**
 * Prepares the connections that this node opens: those with an identity get TLS, and are open when
 * their handshake is complete. Safe for use by any thread.
 */
@Sharable
final class BusConnector extends ChannelInitializer<Channel> {
  /** The identity of this node on a connection of the event bus; other connections have none. */
  static final AttributeKey<BusIdentity> IDENTITY =
      AttributeKey.valueOf(BusConnector.class, "IDENTITY");

  private final BusRejections rejections;

  BusConnector(BusRejections rejections) {
    this.rejections = rejections;
  }

  @Override
  protected void initChannel(Channel channel) {
    var identity = channel.attr(IDENTITY).get();
    if (identity != null) {
      var tls = identity.createConnectorHandler(channel);
      channel.pipeline().addLast(tls).addLast(new HandshakeAwaiter(identity, tls));
    }
  }

  /** Completes the opening of a connection after its handshake. Confined to one event loop. */
  @SuppressWarnings(
      "FutureReturnValueIgnored") // The promises are observed, not the returned future.
  private final class HandshakeAwaiter extends ChannelDuplexHandler {
    private final BusIdentity identity;
    private final SslHandler tls;
    private boolean isRejected;

    HandshakeAwaiter(BusIdentity identity, SslHandler tls) {
      this.identity = identity;
      this.tls = tls;
    }

    @Override
    public void connect(
        ChannelHandlerContext context,
        SocketAddress address,
        SocketAddress localAddress,
        ChannelPromise opened) {
      var connected = context.newPromise();
      connected.addListener(
          result -> {
            if (result.isSuccess()) {
              tls.handshakeFuture().addListener(handshake -> complete(opened, address, handshake));
            } else {
              opened.tryFailure(result.cause());
            }
          });
      context.connect(address, localAddress, connected);
    }

    private void complete(ChannelPromise opened, SocketAddress address, Future<?> handshake) {
      if (handshake.isSuccess()) {
        opened.trySuccess();
      } else {
        reject(address, handshake.cause());
        opened.tryFailure(handshake.cause());
      }
    }

    /** In TLS 1.3 the other side verifies this node after the handshake of this side. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause.getCause() instanceof SSLException alert) {
        reject(context.channel().remoteAddress(), alert);
      }
      if (!isRejected || tls.handshakeFuture().isSuccess()) {
        context.fireExceptionCaught(cause);
      }
    }

    private void reject(SocketAddress address, Throwable cause) {
      if (!isRejected) {
        isRejected = true;
        rejections.recordOpened(address, BusRejection.of(cause, identity));
      }
    }
  }
}
