package io.muster.api;

import io.muster.api.fanout.FramePublisher;
import io.muster.api.http.EndpointRouter;
import io.muster.api.listener.Listeners;
import io.muster.api.websocket.WebSocketServer;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;

/**
 * The endpoints and listeners of one event loop. Confined to it, except for {@link
 * #boundAddresses}, which any thread may call once they are open.
 */
final class EventLoopServer {
  private final Vertx vertx;
  private final SharedState state;
  private final LoopBroadcasters broadcasters;
  private final WebSocketServer webSockets;
  private final Listeners listeners;

  EventLoopServer(Vertx vertx, SharedState state) {
    this.vertx = vertx;
    this.state = state;
    this.broadcasters = LoopBroadcasters.create(vertx, state.fleet());
    this.webSockets = new WebSocketServer(vertx, state.listeners().admission());
    this.listeners = new Listeners(vertx, state.listeners().options());
  }

  /** Opens every listener on the caller's event loop; other event loops may share its address. */
  Future<Void> open(Map<String, HostPort> addresses) {
    broadcasters.start();
    webSockets.start();
    state.fleet().publisher().subscribe(createSubscription(vertx.getOrCreateContext()));
    var router = new EndpointRouter(Endpoints.create(vertx, state, broadcasters, webSockets));
    return listeners
        .open(addresses, router.create(vertx, state.accessRules()))
        .compose(opened -> openUnixSocket(router));
  }

  /** Ends every stream gracefully, then closes the listeners. */
  Future<Void> close() {
    broadcasters.close();
    return webSockets.close().eventually(listeners::close);
  }

  Map<String, HostPort> boundAddresses() {
    return listeners.boundAddresses();
  }

  /** Serves the socket without a token, since its mode admits only the owner. */
  private Future<Void> openUnixSocket(EndpointRouter router) {
    return state
        .listeners()
        .unixSocket()
        .map(
            socket ->
                listeners.open(socket, router.create(vertx, state.accessRules().forUnixSocket())))
        .orElseGet(Future::succeededFuture);
  }

  /** Passes frames from the owner context to the given context. */
  private FramePublisher.LoopSubscription createSubscription(Context context) {
    return (scope, frame) -> {
      if (context == Vertx.currentContext()) {
        broadcasters.frames().broadcast(scope, frame);
      } else {
        context.runOnContext(ignored -> broadcasters.frames().broadcast(scope, frame));
      }
    };
  }
}
