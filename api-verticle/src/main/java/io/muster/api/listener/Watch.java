package io.muster.api.listener;

import io.muster.api.listener.ConnectionCounters.Reason;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at all connections of one event loop at every tick, and ends those that are overdue: up to
 * one tick late, and never early. Ticks are counted, not timed: while the event loop was held up no
 * client was late. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that ends is removed, however it went.
final class Watch {
  private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
  private static final int TICKS_OF_A_HEAD = 4;
  private static final byte[] FULL =
      """
      HTTP/1.1 503 Service Unavailable\r
      connection: close\r
      retry-after: 5\r
      content-length: 0\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final ConnectionLimits limits;
  private final ConnectionCounters counters;
  private final List<ChannelHandlerContext> guarded = new ArrayList<>();
  private final long tickMillis;
  private final int headTicks;
  private final int idleTicks;
  private long timer = -1;
  private int tick;

  Watch(Vertx vertx, ConnectionLimits limits, ConnectionCounters counters) {
    this.vertx = vertx;
    this.limits = limits;
    this.counters = counters;
    this.tickMillis =
        Math.min(LONGEST_TICK.toMillis(), limits.headerTimeout().toMillis() / TICKS_OF_A_HEAD);
    this.headTicks = ticks(limits.headerTimeout());
    this.idleTicks = ticks(limits.idleTimeout());
  }

  /** Begins to tick, on the context of the caller; a tick begins when the one before is over. */
  void start() {
    timer = vertx.setTimer(tickMillis, due -> look());
  }

  /** Ticks no more. */
  void stop() {
    vertx.cancelTimer(timer);
  }

  /**
   * Takes a connection in, at the moment when it was accepted.
   *
   * @param capped whether it counts against the limit of connections
   */
  void admit(HttpServerConnection connection, Optional<SslContext> tls, boolean capped) {
    var server = connection.channelHandlerContext();
    if (!counters.admit(capped ? limits.connections() : 0)) {
      counters.refuse(Reason.CAP);
      refuse(server, tls.isPresent());
      return;
    }
    var pipeline = server.pipeline();
    tls.ifPresent(
        context -> {
          var handshake = context.newHandler(server.alloc());
          handshake.setHandshakeTimeoutMillis(0); // It has the deadline of the first head.
          pipeline.addFirst(handshake);
          if (pipeline.get(ChunkedWriteHandler.class) == null) {
            pipeline.addBefore(server.name(), null, new ChunkedWriteHandler()); // For files.
          }
        });
    pipeline.addBefore(server.name(), null, new ConnectionGuard(this));
  }

  ConnectionCounters counters() {
    return counters;
  }

  int tick() {
    return tick;
  }

  int headTicks() {
    return headTicks;
  }

  int idleTicks() {
    return idleTicks;
  }

  void add(ConnectionGuard guard, ChannelHandlerContext context) {
    guard.moveTo(guarded.size());
    guarded.add(context);
  }

  /** The last of them takes its place. */
  void remove(ConnectionGuard guard) {
    counters.closed();
    var last = guarded.remove(guarded.size() - 1);
    if (last.handler() != guard) {
      guarded.set(guard.place(), last);
      ((ConnectionGuard) last.handler()).moveTo(guard.place());
    }
  }

  /** From the last to the first, since a connection that ends gives its place to the last. */
  private void look() {
    tick++;
    for (int place = guarded.size() - 1; place >= 0; place--) {
      var context = guarded.get(place);
      ((ConnectionGuard) context.handler())
          .overdue(context.channel())
          .ifPresent(reason -> end(context, reason));
    }
    start();
  }

  /** Without a word: whoever is late may not read either. */
  private void end(ChannelHandlerContext context, Reason reason) {
    counters.refuse(reason);
    context.close();
  }

  /** A client that has not greeted us yet would not understand an answer. */
  private static void refuse(ChannelHandlerContext server, boolean encrypted) {
    server.channel().config().setAutoRead(false);
    if (encrypted) {
      server.close();
      return;
    }
    server
        .pipeline()
        .context(HttpResponseEncoder.class)
        .writeAndFlush(Unpooled.wrappedBuffer(FULL))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private int ticks(Duration duration) {
    return Math.toIntExact((duration.toMillis() + tickMillis - 1) / tickMillis);
  }
}
