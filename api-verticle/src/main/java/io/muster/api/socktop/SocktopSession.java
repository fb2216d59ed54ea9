package io.muster.api.socktop;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketSession;
import io.vertx.core.AsyncResult;

/**
 * The session of one client. The client matches replies to requests by their order alone: the
 * session replies to one request at a time, while the next ones wait in the network, and sends no
 * unsolicited frame. Confined to one event loop.
 */
final class SocktopSession implements WebSocketSession {
  private final WebSocketConnection connection;
  private final SocktopResponder responder;
  private final String host;
  private boolean waitingForWritable;

  SocktopSession(WebSocketConnection connection, SocktopResponder responder, String host) {
    this.connection = connection;
    this.responder = responder;
    this.host = host;
  }

  @Override
  public void onText(String message) {
    SocktopRequest.parse(message).ifPresent(this::respond);
  }

  /** Ignored, as socktop_agent does. */
  @Override
  public void onBinary() {}

  @Override
  public void onWritable() {
    if (waitingForWritable) {
      waitingForWritable = false;
      connection.resume();
    }
  }

  /** A pending reply is discarded by the closed connection. */
  @Override
  public void onClosed() {}

  private void respond(SocktopRequest request) {
    var reply = responder.respond(host, request);
    if (reply.isComplete()) {
      send(request, reply);
      pauseIfFull();
      return;
    }
    connection.pause();
    reply.onComplete(
        result -> {
          send(request, result);
          waitingForWritable = !connection.isWritable();
          if (!waitingForWritable) {
            connection.resume();
          }
        });
  }

  private void send(SocktopRequest request, AsyncResult<EncodedReply> reply) {
    if (reply.succeeded()) {
      reply.result().sendTo(connection, request.json());
    } else {
      connection.close(CloseCode.TRY_AGAIN_LATER, "host does not respond");
    }
  }

  private void pauseIfFull() {
    if (!connection.isWritable()) {
      waitingForWritable = true;
      connection.pause();
    }
  }
}
