package io.muster.api.websocket;

import static java.util.Objects.requireNonNull;

import io.muster.api.stream.SendBuffer;
import io.muster.api.stream.VertxInternals;
import io.muster.api.websocket.WebSocketMetrics.WebSocketRejectionReason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A WebSocket on a Vert.x connection. Confined to the event loop of its connection. */
final class VertxWebSocketConnection implements WebSocketConnection {
  private static final int PING_SECONDS = 30;
  private static final int MAX_MISSED_PINGS = 2;

  private final ServerWebSocket webSocket;
  private final Channel channel;
  private final WebSocketFrameHandler frameHandler;
  private final WebSocketOptions options;
  private final WebSocketMetrics metrics;
  private final Promise<Void> closedPromise = Promise.promise();
  private @Nullable WebSocketSession session;

  VertxWebSocketConnection(
      ServerWebSocket webSocket,
      Channel channel,
      WebSocketFrameHandler frameHandler,
      WebSocketOptions options,
      WebSocketMetrics metrics) {
    this.webSocket = webSocket;
    this.channel = channel;
    this.frameHandler = frameHandler;
    this.options = options;
    this.metrics = metrics;
  }

  /** Creates the session of the endpoint and delivers messages to it. */
  void startSession(Function<WebSocketConnection, WebSocketSession> sessionFactory) {
    SendBuffer.limit(channel); // The client may have disconnected before the upgrade.
    metrics.opened().increment();
    var newSession = sessionFactory.apply(this);
    session = newSession;
    webSocket.textMessageHandler(message -> deliver(() -> newSession.onText(message)));
    webSocket.binaryMessageHandler(message -> deliver(newSession::onBinary));
    webSocket.closeHandler(ignored -> onClosed(newSession));
  }

  void onWritable() {
    session().onWritable();
  }

  /** Completes when the connection is closed. */
  Future<Void> closeFuture() {
    return closedPromise.future();
  }

  /** Closes the connection because the node is stopping. */
  void shutDown() {
    close(CloseCode.GOING_AWAY, "node is stopping");
  }

  /** Called once per second: sends pings, closes an idle connection, notifies the session. */
  void onSecondElapsed() {
    if (frameHandler.isClosing()) {
      return;
    }
    var idleSeconds = frameHandler.addIdleSecond();
    if (options.sendsPings()) {
      pingOrClose(idleSeconds);
    } else if (!options.idleTimeout().isZero()
        && idleSeconds >= options.idleTimeout().toSeconds()) {
      closeIdle();
    }
    session().onSecondElapsed();
  }

  @Override
  public void sendText(Buffer message) {
    metrics.sent().increment();
    frameHandler.send(new TextWebSocketFrame(true, 0, VertxInternals.retainedBytes(message)));
  }

  @Override
  public void sendBinary(Buffer message) {
    metrics.sent().increment();
    frameHandler.send(new BinaryWebSocketFrame(true, 0, VertxInternals.retainedBytes(message)));
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void pause() {
    webSocket.pause();
  }

  @Override
  public void resume() {
    if (!frameHandler.isClosing()) {
      webSocket.resume();
    }
  }

  @Override
  public void close(CloseCode code, String reason) {
    frameHandler.close(code, reason);
  }

  private void deliver(Runnable delivery) {
    if (!frameHandler.isClosing()) {
      delivery.run();
    }
  }

  private void onClosed(WebSocketSession closedSession) {
    metrics.closed().increment();
    closedSession.onClosed();
    closedPromise.tryComplete();
  }

  private void pingOrClose(int idleSeconds) {
    if (idleSeconds >= PING_SECONDS * (MAX_MISSED_PINGS + 1)) {
      closeIdle();
    } else if (idleSeconds % PING_SECONDS == 0) {
      frameHandler.ping();
    }
  }

  private void closeIdle() {
    metrics.rejected(WebSocketRejectionReason.SILENCE).increment();
    close(CloseCode.GOING_AWAY, "idle timeout");
  }

  private WebSocketSession session() {
    return requireNonNull(session);
  }
}
