package io.muster.runtime.cluster.bus;

import io.muster.runtime.cluster.port.HalfOpenConnections;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Prepares each connection that the port of the event bus accepts. Vert.x gets a connection when
 * its handshake is complete. The pipeline of such a connection:
 *
 * <pre>{@code
 * socket | TLS, if there is an identity | decoder of messages | guard | handlers of Vert.x
 * }</pre>
 *
 * Safe for use by any thread.
 */
@Sharable
final class BusAcceptor extends ChannelInitializer<Channel> {
  /** The share of the heap that incomplete messages may occupy. */
  private static final int HEAP_SHARE = 8;

  /** More than on the member port: nodes behind one address may begin their handshakes at once. */
  private static final int MAX_HALF_OPEN_PER_ADDRESS = 64;

  private final ChannelHandler vertx;
  private final Optional<Supplier<BusIdentity>> identity;
  private final BusRejections rejections;
  private final HalfOpenConnections halfOpenConnections =
      new HalfOpenConnections(MAX_HALF_OPEN_PER_ADDRESS, address -> false);
  private final AtomicLong freeBytes =
      new AtomicLong(Runtime.getRuntime().maxMemory() / HEAP_SHARE);

  /**
   * Creates the acceptor of one port.
   *
   * @param vertx handler that adds those of Vert.x
   */
  BusAcceptor(
      ChannelHandler vertx, Optional<Supplier<BusIdentity>> identity, BusRejections rejections) {
    this.vertx = vertx;
    this.identity = identity;
    this.rejections = rejections;
  }

  @Override
  protected void initChannel(Channel channel) {
    var current = identity.map(Supplier::get);
    current.ifPresent(tls -> channel.pipeline().addLast(tls.createAcceptorHandler(channel)));
    channel
        .pipeline()
        .addLast(new BusMessageDecoder(freeBytes))
        .addLast(new BusConnectionGuard(vertx, current, rejections, halfOpenConnections));
  }
}
