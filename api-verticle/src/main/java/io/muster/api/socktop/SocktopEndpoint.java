package io.muster.api.socktop;

import io.muster.api.fleet.HostSelector;
import io.muster.api.http.TokenAuthHandler;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketOptions;
import io.muster.api.websocket.WebSocketServer;
import io.muster.api.websocket.WebSocketSession;
import io.vertx.ext.web.RoutingContext;

/**
 * The endpoint {@code /ws}, {@code /ws?host=NAME} and {@code /ws/NAME}: one host in the protocol of
 * socktop_agent. Confined to one event loop.
 */
public final class SocktopEndpoint {
  private final HostSelector hostSelector;
  private final SocktopResponder responder;
  private final WebSocketOptions options;
  private final WebSocketServer webSocketServer;

  public SocktopEndpoint(
      SocktopConfig config,
      HostSelector hostSelector,
      SocktopResponder responder,
      WebSocketServer webSocketServer) {
    // No pings: the client treats each frame that it receives as a reply.
    this.options = new WebSocketOptions(config.messagesPerSecond(), false, config.idleTimeout());
    this.hostSelector = hostSelector;
    this.responder = responder;
    this.webSocketServer = webSocketServer;
  }

  /**
   * Opens a WebSocket; responds with 404 for an unknown host, or with the rejection of the
   * handshake. An unauthenticated request is upgraded and closed at once, as socktop_agent does.
   */
  public void handle(RoutingContext routingContext) {
    if (TokenAuthHandler.isUnauthenticated(routingContext)) {
      webSocketServer.upgrade(routingContext, options, UnauthenticatedSession::new);
      return;
    }
    var host = hostSelector.select(routingContext);
    webSocketServer.upgrade(
        routingContext, options, connection -> new SocktopSession(connection, responder, host));
  }

  /** The session of a client without the right token. */
  private static final class UnauthenticatedSession implements WebSocketSession {
    UnauthenticatedSession(WebSocketConnection connection) {
      connection.close(CloseCode.NONE, "");
    }

    @Override
    public void onText(String message) {}

    @Override
    public void onBinary() {}

    @Override
    public void onClosed() {}
  }
}
