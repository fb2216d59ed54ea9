package io.muster.api.socktop;

import io.muster.api.fleet.HostSelector;
import io.muster.api.http.GetEndpoint;
import io.muster.api.socktop.SocktopConfig.Auth;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.WebSocketConnection;
import io.muster.api.websocket.WebSocketOptions;
import io.muster.api.websocket.WebSocketServer;
import io.muster.api.websocket.WebSocketSession;
import io.muster.bus.Address;
import io.muster.bus.service.InspectionService;
import io.muster.runtime.node.Node;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * The endpoint {@code /ws}, {@code /ws?host=NAME} and {@code /ws/NAME}: one host in the protocol of
 * socktop_agent. Confined to one event loop.
 */
public final class SocktopEndpoint implements GetEndpoint {
  private final SocktopConfig config;
  private final HostSelector hostSelector;
  private final SocktopResponder responder;
  private final WebSocketOptions options;
  private final WebSocketServer webSocketServer;

  /** Creates an endpoint on the caller's event loop. */
  public SocktopEndpoint(
      Node node, HostSelector hostSelector, SocktopConfig config, WebSocketServer webSocketServer) {
    this.config = config;
    // No pings: the client treats each frame that it receives as a reply.
    this.options = new WebSocketOptions(config.messagesPerSecond(), false, config.idleTimeout());
    this.hostSelector = hostSelector;
    this.responder =
        new SocktopResponder(
            config,
            hostSelector,
            node.clocks(),
            (host, timeout) ->
                node.services().proxy(Address.collector(host), InspectionService.class, timeout));
    this.webSocketServer = webSocketServer;
  }

  @Override
  public Map<String, Handler<RoutingContext>> handlers() {
    return Map.of("/ws", this::handle, "/ws/:host", this::handle);
  }

  /** Upgrades the request and closes the WebSocket at once, if it must do as socktop_agent does. */
  @Override
  public void rejectUnauthenticated(RoutingContext routingContext) {
    if (config.auth() == Auth.AGENT && routingContext.request().method().equals(HttpMethod.GET)) {
      webSocketServer.upgrade(routingContext, options, UnauthenticatedSession::new);
    } else {
      GetEndpoint.super.rejectUnauthenticated(routingContext);
    }
  }

  /**
   * Opens a WebSocket; responds with 404 for an unknown host, or with the rejection of the
   * handshake.
   */
  private void handle(RoutingContext routingContext) {
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
