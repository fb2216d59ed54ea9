package io.muster.api.listener;

import io.muster.api.listener.ConnectionMetrics.DisconnectReason;
import io.muster.api.stream.VertxInternals;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks all connections of one event loop at every tick, and closes those that are overdue: up to
 * one tick late, and never early. Ticks are counted, not timed: while the event loop is blocked no
 * client becomes overdue. Confined to its event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A closed connection is removed in any case.
final class ConnectionReaper {
  private static final Duration MAX_TICK = Duration.ofSeconds(1);
  private static final int TICKS_PER_HEADER_TIMEOUT = 4;
  private static final byte[] OVER_LIMIT_RESPONSE =
      """
      HTTP/1.1 503 Service Unavailable\r
      connection: close\r
      retry-after: 5\r
      content-length: 0\r
      \r
      """
          .getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx;
  private final int maxConnections;
  private final ConnectionMetrics metrics;
  private final Set<ConnectionGuard> guards = new LinkedHashSet<>();
  private final long tickMillis;
  private final int headerTimeoutTicks;
  private final int idleTimeoutTicks;
  private long timer = -1;
  private int tickCount;

  ConnectionReaper(Vertx vertx, ListenerOptions options) {
    var limits = options.config().limits();
    this.vertx = vertx;
    this.maxConnections = options.maxConnections();
    this.metrics = options.metrics();
    this.tickMillis =
        Math.min(MAX_TICK.toMillis(), limits.headerTimeout().toMillis() / TICKS_PER_HEADER_TIMEOUT);
    this.headerTimeoutTicks = ticks(limits.headerTimeout());
    this.idleTimeoutTicks = ticks(limits.idleTimeout());
  }

  /** Schedules the next tick on the caller's context: ticks do not overlap. */
  void start() {
    timer = vertx.setTimer(tickMillis, due -> closeOverdueConnections());
  }

  /** Stops the ticks. */
  void stop() {
    vertx.cancelTimer(timer);
  }

  /**
   * Adds an accepted connection, or rejects it over the limit.
   *
   * @param limited true if the limit of connections applies to it
   */
  void accept(HttpConnection connection, Optional<SslContext> tls, boolean limited) {
    var channel = VertxInternals.channel(connection);
    if (!metrics.open().tryOpen(limited ? maxConnections : 0)) {
      metrics.rejected(DisconnectReason.CAP).increment();
      reject(channel, tls.isPresent());
      return;
    }
    tls.ifPresent(context -> addTls(channel, context));
    VertxInternals.addHandler(channel, new ConnectionGuard(channel, this));
  }

  ConnectionMetrics metrics() {
    return metrics;
  }

  int tickCount() {
    return tickCount;
  }

  int headerTimeoutTicks() {
    return headerTimeoutTicks;
  }

  int idleTimeoutTicks() {
    return idleTimeoutTicks;
  }

  void add(ConnectionGuard guard) {
    guards.add(guard);
  }

  void remove(ConnectionGuard guard) {
    guards.remove(guard);
    metrics.open().close();
  }

  /** Iterates over a copy, since a closed connection removes its guard. */
  private void closeOverdueConnections() {
    tickCount++;
    List.copyOf(guards).forEach(ConnectionGuard::closeIfOverdue);
    start();
  }

  private static void addTls(Channel channel, SslContext context) {
    var handshake = context.newHandler(channel.alloc());
    handshake.setHandshakeTimeoutMillis(0); // The header timeout covers it.
    channel.pipeline().addFirst(handshake);
    if (channel.pipeline().get(ChunkedWriteHandler.class) == null) {
      VertxInternals.addHandler(channel, new ChunkedWriteHandler()); // For files.
    }
  }

  /**
   * Closes an encrypted connection without a response: before the handshake the client could not
   * decode it.
   */
  private static void reject(Channel channel, boolean encrypted) {
    channel.config().setAutoRead(false);
    var encoder = VertxInternals.encoder(channel);
    if (encrypted) {
      encoder.close();
      return;
    }
    encoder
        .writeAndFlush(Unpooled.wrappedBuffer(OVER_LIMIT_RESPONSE))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private int ticks(Duration duration) {
    return Math.toIntExact((duration.toMillis() + tickMillis - 1) / tickMillis);
  }
}
