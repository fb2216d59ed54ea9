package io.muster.api.websocket;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.api.http.ResponseBody;
import io.muster.api.stream.VertxInternals;
import io.muster.api.websocket.HandshakeValidator.HandshakeRejection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The WebSockets of all endpoints on one event loop. Confined to that event loop. */
public final class WebSocketServer {
  private static final long NO_TIMER = -1;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final WebSocketAdmission admission;
  private final Set<VertxWebSocketConnection> connections = new LinkedHashSet<>();
  private long timerId = NO_TIMER;
  private boolean closed;

  public WebSocketServer(Vertx vertx, WebSocketAdmission admission) {
    this.vertx = vertx;
    this.admission = admission;
  }

  /** Starts the timer of one second, on the context of the caller. */
  public void start() {
    timerId = vertx.setPeriodic(1000, timer -> onSecondElapsed());
  }

  void onSecondElapsed() {
    List.copyOf(connections).forEach(VertxWebSocketConnection::onSecondElapsed);
  }

  /**
   * Upgrades the connection and starts the session of the endpoint, or responds with 400, 403, 426
   * or 429 and the reason as text.
   */
  public void upgrade(
      RoutingContext routingContext,
      WebSocketOptions options,
      Function<WebSocketConnection, WebSocketSession> sessionFactory) {
    var clientAddress = admission.clientAddress(routingContext.request());
    var rejection = admission.admit(routingContext.request(), clientAddress);
    if (rejection.isPresent()) {
      sendRejection(routingContext, rejection.get());
      return;
    }
    var context = vertx.getOrCreateContext();
    var channel = VertxInternals.channel(routingContext.request().connection());
    var frames = new WebSocketFrameHandler(admission, options.messagesPerSecond());
    VertxInternals.addHandler(channel, frames);
    routingContext
        .request()
        .toWebSocket()
        .map(
            webSocket ->
                new VertxWebSocketConnection(
                    webSocket, channel, frames, options, admission.metrics()))
        .onSuccess(
            connection -> {
              startSession(connection, clientAddress, sessionFactory);
              frames.open(() -> context.runOnContext(ignored -> connection.onWritable()));
            })
        .onFailure(
            cause -> {
              frames.remove();
              handleUpgradeFailure(routingContext, clientAddress);
            });
  }

  /**
   * Returns true if the page that sent the request may open WebSockets; otherwise responds with
   * 403.
   */
  public boolean admitPage(RoutingContext routingContext) {
    var rejection = admission.admitPage(routingContext.request());
    rejection.ifPresent(rejected -> sendRejection(routingContext, rejected));
    return rejection.isEmpty();
  }

  /**
   * Admits a session that takes the place of a WebSocket, over transports without one, within the
   * limits of its address. Returns its release, which must be run once; empty if the request was
   * rejected with 429.
   */
  public Optional<Runnable> admitSession(RoutingContext routingContext) {
    var clientAddress = admission.clientAddress(routingContext.request());
    var rejection = admission.admitSession(clientAddress);
    rejection.ifPresent(rejected -> sendRejection(routingContext, rejected));
    return rejection.isPresent()
        ? Optional.empty()
        : Optional.of(() -> admission.release(clientAddress));
  }

  /** Returns the maximum size of a message from a client, bytes. */
  public int maxMessageBytes() {
    return admission.limits().maxMessageBytes();
  }

  /** Closes all connections; completes when they are closed, or after one second. */
  public Future<Void> close() {
    closed = true;
    vertx.cancelTimer(timerId);
    var closing = List.copyOf(connections);
    closing.forEach(VertxWebSocketConnection::shutDown);
    return Future.join(closing.stream().map(VertxWebSocketConnection::closeFuture).toList())
        .timeout(CLOSE_TIMEOUT.toMillis(), MILLISECONDS)
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void startSession(
      VertxWebSocketConnection connection,
      Optional<String> clientAddress,
      Function<WebSocketConnection, WebSocketSession> sessionFactory) {
    connections.add(connection);
    connection.startSession(sessionFactory);
    // The close future never fails.
    connection
        .closeFuture()
        .onComplete(
            ignored -> {
              connections.remove(connection);
              admission.release(clientAddress);
            });
    if (closed) {
      connection.shutDown();
    }
  }

  /**
   * Fails the request, unless a response was sent or the client disconnected: a pipelined request
   * has no response yet.
   */
  private void handleUpgradeFailure(RoutingContext routingContext, Optional<String> clientAddress) {
    admission.release(clientAddress);
    if (!routingContext.response().ended() && !routingContext.response().closed()) {
      routingContext.fail(400);
    }
  }

  private static void sendRejection(RoutingContext routingContext, HandshakeRejection rejection) {
    var response = routingContext.response().setStatusCode(rejection.status());
    switch (rejection.status()) {
      case 400 -> response.putHeader("Sec-WebSocket-Version", "13");
      case 426 ->
          response
              .putHeader(HttpHeaders.UPGRADE, "websocket")
              .putHeader(HttpHeaders.CONNECTION, "Upgrade");
      case TOO_MANY_REQUESTS -> response.putHeader(HttpHeaders.RETRY_AFTER, "1");
      default -> {}
    }
    ResponseBody.endWithText(response, rejection.message());
  }
}
