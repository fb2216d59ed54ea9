package io.muster.api.bridge;

import io.muster.api.bridge.SockJsSessions.SessionSlot;
import io.muster.api.http.AccessRules;
import io.muster.api.http.ResponseBody;
import io.muster.api.stream.SendBuffer;
import io.muster.api.websocket.WebSocketServer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The routes of the transports of SockJS that are sequences of requests: Vert.x serves them, behind
 * the limits of WebSockets. Confined to one event loop.
 */
final class RequestRoutes {
  private static final String RECEIVING = "(?:xhr|xhr_streaming|eventsource|htmlfile|jsonp)";
  private static final String SENDING = "(?:xhr|jsonp)_send";
  private static final String JSONP = "jsonp(?:_send)?";
  private static final String SLOT = "muster.bridge.slot";
  private static final String READING_BODY = "muster.bridge.body";

  /** A client collects messages while a request is on its way. */
  private static final int MAX_BODY_MESSAGES = 16;

  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  /** Vert.x would write heartbeats on another event loop than that of the response. */
  private static final Duration NO_HEARTBEAT = Duration.ofDays(3650);

  private final BridgeLoop loop;
  private final List<InboundQuery> queries;
  private final SockJsSessions sessions;
  private final WebSocketServer webSocketServer;

  RequestRoutes(
      BridgeLoop loop,
      List<InboundQuery> queries,
      SockJsSessions sessions,
      WebSocketServer webSocketServer) {
    this.loop = loop;
    this.queries = queries;
    this.sessions = sessions;
    this.webSocketServer = webSocketServer;
  }

  /** Adds the routes. */
  void mount(Router router) {
    router.routeWithRegex(BridgeEndpoint.SESSION_PATH + JSONP).handler(this::checkToken);
    router.routeWithRegex(BridgeEndpoint.SESSION_PATH + RECEIVING).handler(this::checkSession);
    var bodyHandler =
        BodyHandler.create(false)
            .setBodyLimit((long) MAX_BODY_MESSAGES * webSocketServer.maxMessageBytes());
    router
        .post(BridgeEndpoint.ALL_PATHS)
        .handler(
            routingContext -> {
              routingContext.put(READING_BODY, true);
              bodyHandler.handle(routingContext);
            });
    router
        .post(BridgeEndpoint.ALL_PATHS)
        .handler(
            routingContext -> {
              routingContext.remove(READING_BODY);
              routingContext.next();
            });
    router.postWithRegex(BridgeEndpoint.SESSION_PATH + SENDING).handler(this::checkBody);
    router.route(BridgeEndpoint.ALL_PATHS).subRouter(createSockJsRouter());
  }

  /** Returns true if the body of the request has begun and has not been read. */
  static boolean isReadingBody(RoutingContext routingContext) {
    return routingContext.get(READING_BODY) != null;
  }

  /** They set no cookie, since no session depends on one. */
  private Router createSockJsRouter() {
    var options =
        new SockJSHandlerOptions()
            .setInsertJSESSIONID(false)
            .setSessionTimeout(SESSION_TIMEOUT.toMillis())
            .setHeartbeatInterval(NO_HEARTBEAT.toMillis());
    return SockJSHandler.create(loop.vertx(), options).socketHandler(this::openSession);
  }

  /** Every page can read JSONP, unless the response depends on a token that the page must know. */
  private void checkToken(RoutingContext routingContext) {
    if (AccessRules.isFromOperator(routingContext)) {
      routingContext.next();
    } else {
      ResponseBody.endWithText(
          routingContext.response().setStatusCode(404),
          "JSONP is available only on a node with a token: use another transport");
    }
  }

  /** Admits a request that opens a session, within the limits, or continues one. */
  private void checkSession(RoutingContext routingContext) {
    if (routingContext.request().method().equals(HttpMethod.OPTIONS)) {
      routingContext.next();
      return;
    }
    SendBuffer.limit(routingContext.request().connection());
    // Vert.x closes the connection after the response: the client must not use it again.
    routingContext.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    var id = routingContext.pathParam("session");
    sessions
        .find(id)
        .ifPresentOrElse(
            slot -> awaitOpening(routingContext, slot), () -> reserveSlot(routingContext, id));
  }

  private void awaitOpening(RoutingContext routingContext, SessionSlot slot) {
    track(routingContext, slot);
    if (slot.opening().isComplete()) {
      routingContext.next();
      return;
    }
    var context = loop.vertx().getOrCreateContext();
    routingContext.request().pause();
    slot.opening()
        .onComplete(
            opened ->
                context.runOnContext(
                    ignored -> {
                      routingContext.request().resume();
                      routingContext.next();
                    }));
  }

  private static void track(RoutingContext routingContext, SessionSlot slot) {
    var connection = routingContext.request().connection();
    slot.addWaiting(connection);
    routingContext.addEndHandler(ended -> slot.removeWaiting(connection));
  }

  private void reserveSlot(RoutingContext routingContext, String id) {
    var release = webSocketServer.admitSession(routingContext);
    if (release.isEmpty()) {
      return;
    }
    var slot = sessions.create(id, release.get());
    if (slot.isEmpty()) {
      release.get().run();
      checkSession(routingContext); // Another request has just created it.
      return;
    }
    track(routingContext, slot.get());
    routingContext.put(SLOT, slot.get());
    // Later: Vert.x may end the first response before it opens the session.
    routingContext.addEndHandler(
        ended ->
            loop.vertx()
                .runOnContext(ignored -> takeSlot(routingContext).ifPresent(SessionSlot::close)));
    routingContext.next();
  }

  /** Rejects what Vert.x would accept and fail on later: elements that are not strings. */
  private void checkBody(RoutingContext routingContext) {
    var body = routingContext.body().buffer();
    if (body == null) {
      ResponseBody.endWithText(routingContext.response().setStatusCode(500), "Payload expected.");
    } else if (SockJsFrame.parse(SockJsFrame.decodeForm(body.toString())).isEmpty()) {
      ResponseBody.endWithText(
          routingContext.response().setStatusCode(500), "Broken JSON encoding.");
    } else {
      routingContext.next();
    }
  }

  /** A request whose session has ended meanwhile has no slot: its client must open another one. */
  private void openSession(SockJSSocket socket) {
    var slot = takeSlot(socket.routingContext());
    if (slot.isEmpty()) {
      socket.close();
      return;
    }
    // Later: Vert.x has not finished the opening, although the client may know of it.
    loop.vertx().runOnContext(ignored -> slot.get().open());
    new RequestTransport(socket, loop, webSocketServer.maxMessageBytes())
        .open(queries, () -> close(slot.get()));
  }

  /** Closes the slot at once, and later the connections to which Vert.x has not written an end. */
  private void close(SessionSlot slot) {
    slot.close();
    loop.vertx().setTimer(CLOSE_TIMEOUT.toMillis(), timer -> slot.closeWaiting());
  }

  /** Returns the slot of the request, unless its session was opened. */
  private static Optional<SessionSlot> takeSlot(RoutingContext routingContext) {
    return Optional.ofNullable(routingContext.remove(SLOT));
  }
}
