package io.muster.api.socktop;

import io.muster.api.http.Token;
import io.muster.api.inspection.HostChoice;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.muster.api.websocket.Sockets;
import io.muster.api.websocket.Terms;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code /ws}, {@code /ws?host=NAME} and {@code /ws/NAME}: one host as socktop_agent shows it.
 * Confined to its event loop.
 */
public final class SocktopDoor {
  private final HostChoice hosts;
  private final Answers answers;
  private final Terms terms;
  private final Sockets sockets;

  public SocktopDoor(SocktopConfig config, HostChoice hosts, Answers answers, Sockets sockets) {
    // No pings: the client takes each frame that it gets for an answer.
    this.terms = new Terms(config.messagesPerSecond(), false, config.idleTimeout());
    this.hosts = hosts;
    this.answers = answers;
    this.sockets = sockets;
  }

  /**
   * Opens a WebSocket; 404 for an unknown host, and whatever the handshake is refused with. A
   * stranger who gets here is let in and shown out, as socktop_agent does.
   */
  public void handle(RoutingContext request) {
    if (Token.isStranger(request)) {
      sockets.open(request, terms, Stranger::new);
      return;
    }
    var host = hosts.of(request);
    sockets.open(request, terms, socket -> new SocktopSession(socket, answers, host));
  }

  /** A client without the right token. */
  private static final class Stranger implements Session {
    Stranger(Socket socket) {
      socket.close(CloseCode.NONE, "");
    }

    @Override
    public void text(String message) {}

    @Override
    public void binary() {}

    @Override
    public void closed() {}
  }
}
