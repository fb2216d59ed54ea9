package io.muster.api.bridge;

import static java.util.Objects.requireNonNull;

import io.muster.api.websocket.CloseCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session over a transport of SockJS that is a sequence of requests. Vert.x reports its queue as
 * empty while a request is waiting, and grows it while none is: so there is at most one message
 * that it has not written to a connection. Confined to the event loop of the first request.
 */
final class RequestTransport implements BridgeSocket {
  private final SockJSSocket socket;
  private final BridgeLoop loop;
  private final int maxMessageBytes;
  private boolean isWriting;
  private @Nullable BridgeSession session;

  RequestTransport(SockJSSocket socket, BridgeLoop loop, int maxMessageBytes) {
    this.socket = socket;
    this.loop = loop;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Opens the session of the client, which has just sent its first request.
   *
   * @param onClosed called when the session is closed
   */
  void open(List<InboundQuery> queries, Runnable onClosed) {
    socket.handler(this::receive);
    socket.closeHandler(
        closed -> {
          session().onClosed();
          onClosed.run();
        });
    session = loop.open(this, queries);
  }

  @Override
  public void send(BridgeMessage message) {
    isWriting = true;
    // A failure means that the session is closed, which its close handler reports.
    socket
        .write(message.json())
        .onSuccess(
            written -> {
              isWriting = false;
              session().drain();
            });
  }

  @Override
  public boolean isWritable() {
    return !isWriting;
  }

  @Override
  public void close(CloseCode code, String reason) {
    socket.close();
  }

  private void receive(Buffer message) {
    if (message.length() > maxMessageBytes) {
      session().close(CloseCode.TOO_BIG, "message exceeds " + maxMessageBytes + " bytes");
    } else {
      session().onMessage(message.toString());
    }
  }

  private BridgeSession session() {
    return requireNonNull(session);
  }
}
