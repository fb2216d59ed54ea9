package io.muster.api.bridge;

import io.muster.api.http.Endpoint;
import io.muster.api.http.ResponseBody;
import io.muster.api.websocket.WebSocketOptions;
import io.muster.api.websocket.WebSocketServer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The event-bus bridge: {@code /eventbus/websocket} for plain WebSockets, and the transports of
 * SockJS below {@code /eventbus}. WebSockets are those of this node, which have limits and
 * back-pressure; Vert.x serves the other transports, behind the same limits. Confined to one event
 * loop.
 */
public final class BridgeEndpoint implements Endpoint {
  /** All paths of the bridge. */
  static final String ALL_PATHS = "/eventbus/*";

  /** The beginning of the paths of a session of SockJS. */
  static final String SESSION_PATH = "\\/eventbus\\/[^\\/.]+\\/(?<session>[^\\/.]+)\\/";

  private static final String PATH = "/eventbus";
  private static final Set<HttpMethod> READING_METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /**
   * Not served: a page that loads a script from another site, for browsers that are no longer in
   * use, and a test of a former version of SockJS.
   */
  private static final Pattern OMITTED = Pattern.compile("/eventbus/(?:iframe.*|chunking_test)");

  private final BridgeLoop loop;
  private final List<InboundQuery> queries;
  private final WebSocketServer webSocketServer;
  private final RequestRoutes requestRoutes;

  public BridgeEndpoint(
      BridgeLoop loop,
      List<InboundQuery> queries,
      SockJsSessions sessions,
      WebSocketServer webSocketServer) {
    this.loop = loop;
    this.queries = List.copyOf(queries);
    this.webSocketServer = webSocketServer;
    this.requestRoutes = new RequestRoutes(loop, queries, sessions, webSocketServer);
  }

  @Override
  public Set<String> paths() {
    return Set.of(PATH, ALL_PATHS);
  }

  @Override
  public boolean isReadingBody(RoutingContext routingContext) {
    return RequestRoutes.isReadingBody(routingContext);
  }

  @Override
  public void sendFailure(RoutingContext routingContext, int status, String message) {
    if (isReadingBody(routingContext)) {
      ResponseBody.endWithText(routingContext.response().setStatusCode(status), message);
    } else {
      Endpoint.super.sendFailure(routingContext, status, message);
    }
  }

  @Override
  public void mount(Router router) {
    router.route(PATH + "/websocket").handler(context -> upgrade(context, false));
    router.routeWithRegex(SESSION_PATH + "websocket").handler(context -> upgrade(context, true));
    router.route(ALL_PATHS).handler(this::checkRequest);
    requestRoutes.mount(router);
  }

  /** Upgrades a handshake; Vert.x answers other requests, as SockJS demands. */
  private void upgrade(RoutingContext routingContext, boolean isSockJs) {
    var request = routingContext.request();
    if (!request.method().equals(HttpMethod.GET)
        || !request.headers().contains(HttpHeaders.UPGRADE)) {
      routingContext.next();
      return;
    }
    webSocketServer.upgrade(
        routingContext,
        new WebSocketOptions(loop.config().messagesPerSecond(), true, Duration.ZERO),
        connection -> new WebSocketTransport(connection, isSockJs).open(loop, queries));
  }

  /** Rejects pages that may not open WebSockets; Vert.x would admit all of them. */
  private void checkRequest(RoutingContext routingContext) {
    var path = routingContext.normalizedPath();
    var method = routingContext.request().method();
    if (!webSocketServer.admitPage(routingContext)) {
      return;
    }
    allowOrigin(routingContext);
    if (OMITTED.matcher(path).matches()) {
      routingContext.fail(404);
    } else if (!path.equals(PATH)) {
      routingContext.next();
    } else if (READING_METHODS.contains(method)) {
      // Vert.x returns it only with a slash at the end.
      ResponseBody.endWithText(routingContext.response(), "Welcome to SockJS!\n");
    } else {
      Endpoint.rejectMethod(routingContext, "GET,HEAD");
    }
  }

  /**
   * Lets the page read the response, with credentials, which the client of SockJS always demands.
   * Replaces the headers of Vert.x, which would let all pages read it.
   */
  private static void allowOrigin(RoutingContext routingContext) {
    var headers = routingContext.response().headers();
    var origin =
        Optional.ofNullable(routingContext.request().getHeader(HttpHeaders.ORIGIN))
            .or(() -> Optional.ofNullable(headers.get(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN)));
    routingContext.addHeadersEndHandler(
        ignored -> {
          headers.remove(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
          headers.remove(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS);
          origin.ifPresent(
              allowed -> headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, allowed));
          if (routingContext.request().headers().contains(HttpHeaders.ORIGIN)) {
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
          }
        });
  }
}
