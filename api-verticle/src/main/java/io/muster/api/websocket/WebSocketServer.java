package io.muster.api.websocket;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.api.http.ResponseBody;
import io.muster.api.stream.VertxInternals;
import io.muster.api.websocket.HandshakeValidator.HandshakeRejection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The WebSockets of all endpoints on one event loop. Confined to that event loop. */
public final class WebSocketServer {
  private static final long NO_TIMER = -1;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final WebSocketAdmission admission;
  private final Set<VertxWebSocketConnection> connections = new LinkedHashSet<>();
  private long timerId = NO_TIMER;
  private boolean closed;

  public WebSocketServer(Vertx vertx, WebSocketAdmission admission) {
    this.vertx = vertx;
    this.admission = admission;
  }

  /** Starts the timer of one second, on the context of the caller. */
  public void start() {
    timerId = vertx.setPeriodic(1000, timer -> onSecondElapsed());
  }

  void onSecondElapsed() {
    List.copyOf(connections).forEach(VertxWebSocketConnection::onSecondElapsed);
  }

  /**
   * Upgrades the connection and starts the session of the endpoint, or responds with 400, 403, 426
   * or 429 and the reason as text.
   */
  public void upgrade(
      RoutingContext routingContext,
      WebSocketOptions options,
      Function<WebSocketConnection, WebSocketSession> sessionFactory) {
    var clientAddress = admission.clientAddress(routingContext.request());
    var rejection = admission.admit(routingContext.request(), clientAddress);
    if (rejection.isPresent()) {
      sendRejection(routingContext, rejection.get());
      return;
    }
    var context = vertx.getOrCreateContext();
    var channel = VertxInternals.channel(routingContext.request().connection());
    var earlyFrames = new EarlyFrameBuffer();
    channel.pipeline().addBefore(VertxInternals.handler(channel).name(), null, earlyFrames);
    routingContext
        .request()
        .toWebSocket()
        .map(
            webSocket ->
                new VertxWebSocketConnection(webSocket, channel, admission, options, context))
        .onSuccess(connection -> startSession(connection, clientAddress, sessionFactory))
        .onFailure(cause -> handleUpgradeFailure(routingContext, clientAddress))
        .onComplete(ignored -> earlyFrames.release(channel));
  }

  /** Closes all connections; completes when they are closed, or after one second. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timerId);
    var closing = List.copyOf(connections);
    closing.forEach(VertxWebSocketConnection::shutDown);
    return Future.join(closing.stream().map(VertxWebSocketConnection::closeFuture).toList())
        .timeout(CLOSE_TIMEOUT.toMillis(), MILLISECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void startSession(
      VertxWebSocketConnection connection,
      Optional<String> clientAddress,
      Function<WebSocketConnection, WebSocketSession> sessionFactory) {
    connections.add(connection);
    connection.startSession(sessionFactory);
    // The close future never fails.
    connection
        .closeFuture()
        .onComplete(
            ignored -> {
              connections.remove(connection);
              admission.release(clientAddress);
            });
    if (closed) {
      connection.shutDown();
    }
  }

  /**
   * Fails the request, unless a response was sent or the client disconnected: a pipelined request
   * has no response yet.
   */
  private void handleUpgradeFailure(RoutingContext routingContext, Optional<String> clientAddress) {
    admission.release(clientAddress);
    if (!routingContext.response().ended() && !routingContext.response().closed()) {
      routingContext.fail(400);
    }
  }

  private static void sendRejection(RoutingContext routingContext, HandshakeRejection rejection) {
    var response = routingContext.response().setStatusCode(rejection.status());
    switch (rejection.status()) {
      case 400 -> response.putHeader("Sec-WebSocket-Version", "13");
      case 426 ->
          response
              .putHeader(HttpHeaders.UPGRADE, "websocket")
              .putHeader(HttpHeaders.CONNECTION, "Upgrade");
      case TOO_MANY_REQUESTS -> response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      default -> {}
    }
    ResponseBody.endWithText(response, rejection.message());
  }

  /**
   * Buffers frames that a client sends right after its handshake without waiting for the response;
   * otherwise they would be lost and leak while the connection changes from HTTP. Confined to the
   * event loop of its connection.
   */
  private static final class EarlyFrameBuffer extends ChannelInboundHandlerAdapter {
    private final List<Object> buffered = new ArrayList<>();

    /** Removes the buffer, which forwards its frames. */
    void release(Channel channel) {
      if (channel.pipeline().context(this) != null) {
        channel.pipeline().remove(this);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof WebSocketFrame) {
        buffered.add(message);
      } else {
        context.fireChannelRead(message);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof CorruptedWebSocketFrameException) {
        buffered.add(cause);
      } else {
        context.fireExceptionCaught(cause);
      }
    }

    /** Also called when the connection closes: the pipeline then releases the frames. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      for (var event : buffered) {
        if (event instanceof Throwable cause) {
          context.fireExceptionCaught(cause);
        } else {
          context.fireChannelRead(event);
        }
      }
      buffered.clear();
    }
  }
}
