package io.muster.runtime.cluster.bus;

import io.muster.runtime.cluster.bus.BusMessageDecoder.BusMemoryException;
import io.muster.runtime.cluster.port.HalfOpenConnection;
import io.muster.runtime.cluster.port.HalfOpenConnections;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Guards one accepted connection behind TLS and the decoder that composes messages: passes on the
 * valid ones and closes the connection at the first other one, or if the handshake fails. Confined
 * to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A closed connection is removed in any case.
final class BusConnectionGuard extends ChannelInboundHandlerAdapter {
  private final ChannelHandler vertx;
  private final Optional<BusIdentity> identity;
  private final BusRejections rejections;
  private final HalfOpenConnections halfOpenConnections;
  private boolean isRejected;

  /**
   * Creates the guard of one connection.
   *
   * @param vertx handler that adds those of Vert.x, once the connection is that of a member
   * @param identity identity for the handshake; empty if there is none
   */
  BusConnectionGuard(
      ChannelHandler vertx,
      Optional<BusIdentity> identity,
      BusRejections rejections,
      HalfOpenConnections halfOpenConnections) {
    this.vertx = vertx;
    this.identity = identity;
    this.rejections = rejections;
    this.halfOpenConnections = halfOpenConnections;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (identity.isPresent()) {
      halfOpenConnections.add(new UnverifiedConnection(context));
    } else {
      context.pipeline().addLast(vertx);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      halfOpenConnections.remove(new UnverifiedConnection(context));
      if (handshake.isSuccess()) {
        context.pipeline().addLast(vertx);
      } else {
        reject(context, BusRejection.of(handshake.cause(), identity.orElseThrow()));
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!isRejected && BusMessageValidator.isValid((ByteBuf) message)) {
      context.fireChannelRead(message);
    } else {
      ReferenceCountUtil.release(message);
      reject(context, BusRejection.MESSAGE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof TooLongFrameException || cause instanceof CorruptedFrameException) {
      reject(context, BusRejection.SIZE);
    } else if (cause instanceof BusMemoryException) {
      reject(context, BusRejection.MEMORY);
    } else if (!isRejected) {
      context.fireExceptionCaught(cause);
    }
  }

  /** Closes the connection; records the first reason. */
  private void reject(ChannelHandlerContext context, BusRejection reason) {
    if (!isRejected) {
      isRejected = true;
      rejections.recordAccepted(context.channel().remoteAddress(), reason);
    }
    context.close();
  }

  /** The connection of a guard during its handshake. */
  private record UnverifiedConnection(ChannelHandlerContext context) implements HalfOpenConnection {
    @Override
    public InetAddress address() {
      return ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
    }

    @Override
    public void giveWay() {
      var guard = (BusConnectionGuard) context.handler();
      context.executor().execute(() -> guard.reject(context, BusRejection.LIMIT));
    }
  }
}
