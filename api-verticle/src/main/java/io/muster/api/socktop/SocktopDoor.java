package io.muster.api.socktop;

import io.muster.api.http.Query;
import io.muster.api.inspection.HostChoice;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.muster.api.websocket.Terms;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code /ws}, {@code /ws?host=NAME} and {@code /ws/NAME}: one host as socktop_agent shows it.
 * Confined to its event loop.
 */
public final class SocktopDoor {
  /** The name of the part of the path that names a host. */
  public static final String HOST = "host";

  /** No pings: the client takes each frame that it gets for an answer. */
  private static final Terms TERMS = new Terms(2_000, false, Duration.ofMinutes(10));

  private final HostChoice hosts;
  private final Answers answers;
  private final Predicate<RoutingContext> authorised;
  private final Opening opening;

  /**
   * A door.
   *
   * @param authorised whether a client may come in; one that may not is let in and shown out, as
   *     socktop_agent does. True for all where the token was asked for before
   */
  public SocktopDoor(
      HostChoice hosts, Answers answers, Predicate<RoutingContext> authorised, Opening opening) {
    this.hosts = hosts;
    this.answers = answers;
    this.authorised = authorised;
    this.opening = opening;
  }

  /** Opens a WebSocket; 404 for an unknown host, and whatever the handshake is refused with. */
  public void handle(RoutingContext request) {
    if (!authorised.test(request)) {
      opening.open(request, TERMS, Stranger::new);
      return;
    }
    var host = hosts.of(named(request));
    opening.open(request, TERMS, socket -> new SocktopSession(socket, answers, host));
  }

  private static Optional<String> named(RoutingContext request) {
    return Optional.ofNullable(request.pathParam(HOST))
        .filter(name -> !name.isEmpty())
        .or(() -> new Query(request.queryParams()).host());
  }

  /** Makes a request a WebSocket, or answers it with what is wrong with it. */
  @FunctionalInterface
  public interface Opening {
    void open(RoutingContext request, Terms terms, Function<Socket, Session> door);
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
