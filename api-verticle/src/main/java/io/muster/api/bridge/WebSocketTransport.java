package io.muster.api.bridge;

import static java.util.Objects.requireNonNull;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketSession;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session over a WebSocket: plain, each message as one text; or with the frames of SockJS.
 * Confined to the event loop of its connection.
 */
final class WebSocketTransport implements BridgeSocket, WebSocketSession {
  private static final int HEARTBEAT_SECONDS = 25;

  private final WebSocketConnection connection;
  private final boolean isSockJs;
  private int silentSeconds;
  private @Nullable BridgeSession session;

  WebSocketTransport(WebSocketConnection connection, boolean isSockJs) {
    this.connection = connection;
    this.isSockJs = isSockJs;
  }

  /** Opens the session of the client, which has just connected. */
  WebSocketTransport open(BridgeLoop loop, List<InboundQuery> queries) {
    if (isSockJs) {
      write(SockJsFrame.OPEN);
    }
    session = loop.open(this, queries);
    return this;
  }

  @Override
  public void send(BridgeMessage message) {
    write(isSockJs ? message.sockJsFrame() : message.json());
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pause() {
    connection.pause();
  }

  @Override
  public void resume() {
    connection.resume();
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (isSockJs) {
      write(SockJsFrame.CLOSE);
    }
    connection.close(code, reason);
  }

  @Override
  public void onText(String message) {
    if (!isSockJs) {
      session().onMessage(message);
      return;
    }
    var messages = SockJsFrame.parse(message);
    messages.ifPresent(all -> all.forEach(session()::onMessage));
    if (messages.isEmpty()) {
      session().close(CloseCode.UNSUPPORTED_DATA, "expected an array of JSON strings");
    }
  }

  @Override
  public void onBinary() {
    session().close(CloseCode.UNSUPPORTED_DATA, "text only");
  }

  @Override
  public void onWritable() {
    session().drain();
  }

  @Override
  public void onClosed() {
    session().onClosed();
  }

  @Override
  public void onSecondElapsed() {
    silentSeconds++;
    if (isSockJs && silentSeconds >= HEARTBEAT_SECONDS && connection.isWritable()) {
      write(SockJsFrame.HEARTBEAT);
    }
  }

  private void write(Buffer frame) {
    silentSeconds = 0;
    connection.sendText(frame);
  }

  private BridgeSession session() {
    return requireNonNull(session);
  }
}
