package io.muster.api.websocket;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.api.http.Body;
import io.muster.api.websocket.Handshake.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The WebSockets of one event loop, of whichever door. Confined to it. */
public final class Sockets {
  private static final long NONE = -1;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Admission admission;
  private final Set<OpenSocket> open = new LinkedHashSet<>();
  private long beat = NONE;
  private boolean closed;

  public Sockets(Vertx vertx, Admission admission) {
    this.vertx = vertx;
    this.admission = admission;
  }

  /** Begins to count seconds, on the context of the caller. */
  public void start() {
    beat = vertx.setPeriodic(1000, timer -> tick());
  }

  /** A second has passed. */
  void tick() {
    List.copyOf(open).forEach(OpenSocket::tick);
  }

  /**
   * Upgrades the connection and hands it to the door; or answers 400, 403, 426 or 429 with the
   * reason as text.
   */
  public void open(RoutingContext request, Terms terms, Function<Socket, Session> door) {
    var address = admission.address(request.request());
    var refusal = admission.refusal(request.request(), address);
    if (refusal.isPresent()) {
      refuse(request, refusal.get());
      return;
    }
    var channel =
        ((HttpServerConnection) request.request().connection()).channelHandlerContext().channel();
    var context = vertx.getOrCreateContext();
    var early = EarlyFrames.hold(channel, OpenSocket.BEHIND);
    request
        .request()
        .toWebSocket()
        .map(webSocket -> new OpenSocket(webSocket, channel, admission, terms, context))
        .onSuccess(socket -> opened(socket, address, door))
        .onFailure(cause -> notOpened(request, address))
        .onComplete(upgraded -> early.release(channel));
  }

  /** Says goodbye to everybody; completes when they are gone, or a second has passed. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(beat);
    var leaving = List.copyOf(open);
    leaving.forEach(OpenSocket::leave);
    return Future.join(leaving.stream().map(OpenSocket::gone).toList())
        .timeout(GOODBYE.toMillis(), MILLISECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void opened(OpenSocket socket, Optional<String> address, Function<Socket, Session> door) {
    open.add(socket);
    socket.open(door);
    // Never fails.
    socket
        .gone()
        .onComplete(
            gone -> {
              open.remove(socket);
              admission.release(address);
            });
    if (closed) {
      socket.leave();
    }
  }

  /** Mostly it has been answered, or its client is gone; not if it waits behind another request. */
  private void notOpened(RoutingContext request, Optional<String> address) {
    admission.release(address);
    if (!request.response().ended() && !request.response().closed()) {
      request.fail(400);
    }
  }

  private static void refuse(RoutingContext request, Refusal refusal) {
    var response = request.response().setStatusCode(refusal.status());
    response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
    switch (refusal.status()) {
      case 400 -> response.putHeader("Sec-WebSocket-Version", "13");
      case 426 ->
          response
              .putHeader(HttpHeaders.UPGRADE, "websocket")
              .putHeader(HttpHeaders.CONNECTION, "Upgrade");
      case TOO_MANY_REQUESTS -> response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      default -> {}
    }
    Body.end(response, refusal.message());
  }

  /**
   * Holds back what a client sends behind its handshake without waiting for the answer, which would
   * be lost, and its memory with it, while the connection changes from HTTP. Confined to the event
   * loop of its connection.
   */
  private static final class EarlyFrames extends ChannelInboundHandlerAdapter {
    private final List<Object> held = new ArrayList<>();

    private EarlyFrames() {}

    /**
     * Takes its place.
     *
     * @param behind the name of what it stands before
     */
    static EarlyFrames hold(Channel channel, String behind) {
      var frames = new EarlyFrames();
      channel.pipeline().addBefore(behind, null, frames);
      return frames;
    }

    /** Lets everything through, and is gone. */
    void release(Channel channel) {
      if (channel.pipeline().context(this) != null) {
        channel.pipeline().remove(this);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof WebSocketFrame) {
        held.add(message);
      } else {
        context.fireChannelRead(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof CorruptedWebSocketFrameException) {
        held.add(cause);
      } else {
        context.fireExceptionCaught(cause);
      }
    }

    /** Also when the connection is gone: then nobody takes them, and they are given back. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      for (var each : held) {
        if (each instanceof Throwable cause) {
          context.fireExceptionCaught(cause);
        } else {
          context.fireChannelRead(each);
        }
      }
      held.clear();
    }
  }
}
